//! The questions of schemas as they are asked by: by name, with the options that were chosen.

use std::collections::HashMap;

use sqlx::Row;

use super::sight;
use crate::{
    index::{
        Error, Index,
        columns::{Bits, Columns},
    },
    policy::ScopeFilter,
};

/// Questions that a condition on this name speaks of.
#[derive(Debug)]
pub(super) struct Question {
    /// As people read it.
    pub(super) name: String,
    /// The same folded, and what Diffgram calls them.
    keys: Vec<String>,
    pub(super) ids: Vec<i64>,
    /// In order of their names.
    pub(super) options: Vec<Choice>,
}

/// Options that are called the same.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) name: String,
    /// Questions and their options.
    pub(super) ids: Vec<(i64, i64)>,
}

impl Question {
    /// Whether a folded name is theirs.
    pub(super) fn is_called(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own == key)
    }
}

impl Choice {
    /// Files where it was chosen.
    pub(super) fn files(&self, columns: &Columns) -> Bits {
        let mut files = Bits::default();
        for (attribute, option) in &self.ids {
            if let Some(number) = columns.files.attributes.get(attribute) {
                files.join(columns.files.chosen(number, *option));
            }
        }
        files
    }
}

impl Index {
    /// The questions of the scope's projects by what people read, each name once, with those of these options that are theirs.
    pub(super) async fn questions(&self, scope: &ScopeFilter, chosen: &[(i64, i64)]) -> Result<Vec<Question>, Error> {
        let mut sql = sight::with(scope);
        sql.push(
            " SELECT DISTINCT id, name, name_key, inner_key FROM attribute WHERE project IN (SELECT id FROM my_project)
              ORDER BY name_key, name, id",
        );
        let rows = sql.build().fetch_all(self.pool()).await?;
        // By the words, and by the inner name: as conditions look for them.
        let mut by_key: HashMap<String, Vec<i64>> = HashMap::new();
        for row in &rows {
            let (id, name, inner): (i64, String, String) = (row.get(0), row.get(2), row.get(3));
            if inner != name {
                by_key.entry(inner).or_default().push(id);
            }
            by_key.entry(name).or_default().push(id);
        }
        let mut options: HashMap<i64, Vec<(String, String, i64)>> = HashMap::new();
        let mut sql = sight::with(scope);
        sql.push(" SELECT DISTINCT o.attribute, o.name_key, o.name, o.id FROM json_each(");
        sql.push_bind(serde_json::to_string(chosen).unwrap_or_default()).push(
            ") c JOIN attribute_option o ON o.attribute = c.value ->> 0 AND o.id = c.value ->> 1
              WHERE o.project IN (SELECT id FROM my_project)",
        );
        for row in sql.build().fetch_all(self.pool()).await? {
            options.entry(row.get(0)).or_default().push((row.get(1), row.get(2), row.get(3)));
        }
        let mut questions: Vec<Question> = Vec::new();
        let mut last = None;
        for row in &rows {
            let key: String = row.get(2);
            if last.as_ref() == Some(&key) {
                continue;
            }
            let ids = by_key.get(&key).cloned().unwrap_or_default();
            let mut theirs: Vec<(&String, &String, (i64, i64))> = Vec::new();
            for id in &ids {
                let of = options.get(id).map(Vec::as_slice).unwrap_or_default();
                theirs.extend(of.iter().map(|(key, name, option)| (key, name, (*id, *option))));
            }
            theirs.sort_unstable();
            let mut choices: Vec<Choice> = Vec::new();
            let mut before = None;
            for (key, name, ids) in theirs {
                if before.replace(key) == Some(key) {
                    choices.last_mut().into_iter().for_each(|choice| choice.ids.push(ids));
                } else {
                    choices.push(Choice { name: name.clone(), ids: vec![ids] });
                }
            }
            let inner = rows.iter().filter(|row| row.get::<String, _>(2) == key).map(|row| row.get(3));
            let keys = std::iter::once(key.clone()).chain(inner).collect();
            questions.push(Question { name: row.get(1), keys, ids, options: choices });
            last = Some(key);
        }
        Ok(questions)
    }
}
