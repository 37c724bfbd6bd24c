//! Writing the questions of schemas and their options, by whose names people ask.

use portal_model::{attribute::Attribute, id::ProjectId};
use serde_json::json;

use super::{Error, Index, fold};

type Questions = Vec<(i64, String, String, String)>;
type Options = Vec<(i64, i64, String, String)>;

impl Index {
    /// Stores the questions of a project, whole.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_questions(&self, project: &ProjectId, all: &[Attribute]) -> Result<(), Error> {
        let mut questions: Questions = Vec::new();
        let mut options: Options = Vec::new();
        for attribute in all {
            let name = if attribute.question.is_empty() { &attribute.name } else { &attribute.question };
            questions.push((attribute.id.0, name.clone(), fold(name), fold(&attribute.name)));
            options.extend(
                attribute
                    .options
                    .iter()
                    .map(|option| (attribute.id.0, option.id.0, option.name.clone(), fold(&option.name))),
            );
        }
        questions.sort_unstable();
        questions.dedup_by_key(|question| question.0);
        options.sort_unstable();
        options.dedup_by_key(|option| (option.0, option.1));
        let mut tx = self.begin().await?;
        let known: Questions =
            sqlx::query_as("SELECT id, name, name_key, inner_key FROM attribute WHERE project = ? ORDER BY id")
                .bind(&project.0)
                .fetch_all(&mut *tx)
                .await?;
        let known_options: Options = sqlx::query_as(
            "SELECT attribute, id, name, name_key FROM attribute_option WHERE project = ? ORDER BY attribute, id",
        )
        .bind(&project.0)
        .fetch_all(&mut *tx)
        .await?;
        if known == questions && known_options == options {
            return Ok(());
        }
        for (table, columns, rows) in [
            ("attribute", "id, name, name_key, inner_key", json!(questions)),
            ("attribute_option", "attribute, id, name, name_key", json!(options)),
        ] {
            let delete = format!("DELETE FROM {table} WHERE project = ?");
            sqlx::query(sqlx::AssertSqlSafe(delete)).bind(&project.0).execute(&mut *tx).await?;
            let insert = format!(
                "INSERT INTO {table} (project, {columns})
                 SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)"
            );
            let insert = sqlx::query(sqlx::AssertSqlSafe(insert)).bind(&project.0).bind(rows.to_string());
            insert.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Whether something was answered to questions whose words are not known.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn has_unknown_questions(&self, project: &ProjectId, ids: &[i64]) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT id FROM attribute WHERE project = ?))",
        )
        .bind(serde_json::to_string(ids).unwrap_or_default())
        .bind(&project.0)
        .fetch_one(self.pool())
        .await?)
    }
}
