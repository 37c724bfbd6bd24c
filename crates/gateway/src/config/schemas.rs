//! Which schema is whose: names of schemas by the keys of customers, for whoever provisions.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Stands for the customer's key in the rule.
const KEY: &str = "{key}";

/// Names of schemas by customers' keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaNames {
    map: BTreeMap<String, String>,
    rule: Option<String>,
}

impl SchemaNames {
    /// The name of the schema for a customer; `None` when nothing says one.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<String> {
        if key.is_empty() {
            return None;
        }
        self.map.get(key).cloned().or_else(|| self.rule.as_ref().map(|rule| rule.replace(KEY, key)))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawSchemas {
    map: BTreeMap<String, String>,
    name: Option<String>,
}

pub(super) fn check(raw: RawSchemas) -> Result<SchemaNames, String> {
    for (key, name) in &raw.map {
        if key.is_empty() || name.trim().is_empty() {
            return Err(format!(
                "`schemas.map` holds {key:?} = {name:?}; write a customer's key and the name of a schema, for example north = \"Road\""
            ));
        }
    }
    if let Some(rule) = &raw.name
        && (!rule.contains(KEY) || rule.replace(KEY, "").contains(['{', '}']))
    {
        return Err(format!(
            "`schemas.name` is {rule:?}; it must hold {KEY} and no other braces, for example \"Customer {KEY}\""
        ));
    }
    Ok(SchemaNames { map: raw.map, rule: raw.name })
}
