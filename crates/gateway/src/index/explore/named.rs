//! What stands behind the names in a query: ids of labels, runs, questions, options and people of the scope's projects.

use std::collections::{BTreeSet, HashMap};

use portal_model::{
    id::{ProjectId, UserId},
    query::{Answer, Condition, Query, Side, Who},
};
use sqlx::Row;

use super::{find::Named, sight};
use crate::{
    index::{Error, Index, fold},
    policy::ScopeFilter,
};

/// Folded names in a query.
#[derive(Debug, Default)]
struct Asked {
    labels: BTreeSet<String>,
    runs: BTreeSet<String>,
    attributes: BTreeSet<String>,
    options: BTreeSet<String>,
    /// Whether people are named at all: members are few, and are looked through.
    people: bool,
}

impl Asked {
    fn of(query: &Query) -> Self {
        let mut asked = Self::default();
        for condition in query.conditions() {
            match condition {
                Condition::Label(name) | Condition::Count(Some(name), ..) => {
                    asked.labels.insert(fold(name));
                }
                Condition::Run(name) => {
                    asked.runs.insert(fold(name));
                }
                Condition::Disagree(sides, _) => asked.runs.extend(sides.iter().filter_map(|side| match side {
                    Side::Run(name) => Some(fold(name)),
                    Side::People => None,
                })),
                Condition::Attribute(name, answer) => {
                    asked.attributes.insert(fold(name));
                    if let Answer::Is(text) = answer {
                        asked.options.insert(fold(text));
                    }
                }
                Condition::Assignee(Who::Named(_)) => asked.people = true,
                _ => {}
            }
        }
        asked
    }
}

fn json(keys: &BTreeSet<String>) -> String {
    serde_json::to_string(keys).unwrap_or_default()
}

impl Index {
    /// The things of the scope's projects that a query names.
    pub(super) async fn named(&self, scope: &ScopeFilter, query: &Query) -> Result<Named, Error> {
        let asked = Asked::of(query);
        let (attributes, options) = self.answers_by_name(scope, &asked).await?;
        Ok(Named {
            labels: self.ids_by_name(scope, "label", &asked.labels).await?,
            runs: self.ids_by_name(scope, "model_run", &asked.runs).await?,
            attributes,
            options,
            people: if asked.people { self.people_by_name(scope).await? } else { HashMap::new() },
        })
    }

    async fn ids_by_name(
        &self,
        scope: &ScopeFilter,
        table: &'static str,
        keys: &BTreeSet<String>,
    ) -> Result<HashMap<String, Vec<i64>>, Error> {
        let mut ids: HashMap<String, Vec<i64>> = HashMap::new();
        if keys.is_empty() {
            return Ok(ids);
        }
        let mut sql = sight::with(scope);
        sql.push(" SELECT DISTINCT name_key, id FROM ").push(table);
        sql.push(" WHERE project IN (SELECT id FROM my_project) AND name_key IN (SELECT value FROM json_each(");
        sql.push_bind(json(keys)).push("))");
        for row in sql.build().fetch_all(self.pool()).await? {
            ids.entry(row.get(0)).or_default().push(row.get(1));
        }
        Ok(ids)
    }

    /// Questions by their words and by Diffgram's name, and their options.
    async fn answers_by_name(&self, scope: &ScopeFilter, asked: &Asked) -> Result<ByName, Error> {
        let mut named = ByName::default();
        if asked.attributes.is_empty() {
            return Ok(named);
        }
        for column in ["name_key", "inner_key"] {
            let mut sql = sight::with(scope);
            sql.push(" SELECT DISTINCT ")
                .push(column)
                .push(", id FROM attribute WHERE project IN (SELECT id FROM my_project)");
            sql.push(" AND ").push(column).push(" IN (SELECT value FROM json_each(");
            sql.push_bind(json(&asked.attributes)).push("))");
            for row in sql.build().fetch_all(self.pool()).await? {
                let ids = named.0.entry(row.get(0)).or_default();
                let id = row.get(1);
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        let ids: BTreeSet<i64> = named.0.values().flatten().copied().collect();
        let mut sql = sight::with(scope);
        sql.push(" SELECT DISTINCT attribute, name_key, id FROM attribute_option WHERE project IN (SELECT id FROM my_project)");
        sql.push(" AND attribute IN (SELECT value FROM json_each(")
            .push_bind(serde_json::to_string(&ids).unwrap_or_default());
        sql.push(")) AND name_key IN (SELECT value FROM json_each(").push_bind(json(&asked.options)).push("))");
        for row in sql.build().fetch_all(self.pool()).await? {
            named.1.entry((row.get(0), row.get(1))).or_default().push(row.get(2));
        }
        Ok(named)
    }

    /// Members of the scope's projects.
    async fn people_by_name(&self, scope: &ScopeFilter) -> Result<HashMap<String, Vec<(ProjectId, UserId)>>, Error> {
        let mut people: HashMap<String, Vec<(ProjectId, UserId)>> = HashMap::new();
        let projects: Vec<ProjectId> = scope.pairs().iter().map(|(project, _)| project.clone()).collect();
        for member in self.members_of(&projects).await? {
            people.entry(fold(&member.name)).or_default().push((member.project, member.user));
        }
        Ok(people)
    }
}

type ByName = (HashMap<String, Vec<i64>>, HashMap<(i64, String), Vec<i64>>);
