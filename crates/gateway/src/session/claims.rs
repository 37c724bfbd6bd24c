//! From an ID token's claims to a person and their roles. Odd claims give the least, never a fault (OIDC-34).

use std::collections::{BTreeMap, BTreeSet};

use portal_model::person::Role;
use serde_json::{Map, Value};

use crate::config::RoleRule;

/// At most this many values of a claim are kept.
const MAX_VALUES: usize = 500;
/// Names are cut here, in characters.
const MAX_NAME: usize = 200;

/// What is kept of an ID token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's stable name for them (`sub`).
    pub subject: String,
    /// Display name.
    pub name: String,
    /// E-mail address as given.
    pub email: Option<String>,
    /// Whether the provider says it is theirs.
    pub email_verified: bool,
    /// Values of the claims that roles are made of.
    pub roles_from: BTreeMap<String, Vec<String>>,
}

impl Identity {
    /// Reads the claims; `wanted` are the claims that roles are made of.
    #[must_use]
    pub fn read(subject: &str, claims: &Map<String, Value>, wanted: &BTreeSet<&str>) -> Self {
        let text = |key: &str| claims.get(key).and_then(Value::as_str).map(clean).filter(|text| !text.is_empty());
        let email = text("email");
        let joined = [text("given_name"), text("family_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = text("name")
            .or_else(|| (!joined.is_empty()).then_some(joined))
            .or_else(|| text("preferred_username"))
            .or_else(|| email.clone())
            .unwrap_or_else(|| "—".into());
        let email_verified = match claims.get("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            // Some providers send text.
            Some(Value::String(word)) => word == "true",
            _ => false,
        };
        let roles_from = wanted.iter().map(|claim| ((*claim).to_owned(), values(claims.get(*claim)))).collect();
        Self { subject: subject.to_owned(), name, email, email_verified, roles_from }
    }
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect::<String>().trim().to_owned()
}

fn values(claim: Option<&Value>) -> Vec<String> {
    match claim {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).take(MAX_VALUES).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The highest role that the claims give in a project.
#[must_use]
pub fn role(rules: &[RoleRule], claims: &BTreeMap<String, Vec<String>>) -> Role {
    rules
        .iter()
        .filter(|rule| {
            claims.get(&rule.claim).is_some_and(|values| values.iter().any(|value| rule.any.contains(value)))
        })
        .map(|rule| rule.role)
        .max()
        .unwrap_or_default()
}

/// An e-mail address as it is compared: ASCII letters folded, nothing else, so that no two people fall together (OIDC-33).
#[must_use]
pub fn fold_email(email: &str) -> Option<String> {
    let plain =
        email.len() <= 254 && email.contains('@') && !email.chars().any(|c| c.is_control() || c.is_whitespace());
    plain.then(|| email.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: Value) -> Identity {
        let Value::Object(map) = claims else { panic!("an object") };
        Identity::read("s1", &map, &BTreeSet::from(["groups"]))
    }

    #[test]
    fn oidc_34_odd_role_claims_give_the_least_role() {
        let rules = [RoleRule { role: Role::Admin, claim: "groups".into(), any: vec!["admins".into()] }];
        let role_of = |claims: Value| role(&rules, &read(claims).roles_from);
        assert_eq!(role_of(json!({"groups": ["x", "admins"]})), Role::Admin);
        assert_eq!(role_of(json!({"groups": "admins"})), Role::Admin);
        for odd in [
            json!({}),
            json!({"groups": null}),
            json!({"groups": 7}),
            json!({"groups": [["admins"]]}),
            json!({"_claim_names": {"groups": "src1"}}),
        ] {
            assert_eq!(role_of(odd), Role::User);
        }
        let many: Vec<String> = (0..10_000).map(|n| format!("g{n}")).collect();
        assert_eq!(read(json!({"groups": many})).roles_from["groups"].len(), MAX_VALUES);
    }

    #[test]
    fn names_fall_back_and_lose_control_characters() {
        assert_eq!(read(json!({"name": "Ana\u{0}\n Lima "})).name, "Ana Lima");
        assert_eq!(read(json!({"given_name": "Ana", "family_name": "Lima"})).name, "Ana Lima");
        assert_eq!(read(json!({"email": "a@b.c"})).name, "a@b.c");
        assert!(!read(json!({"email_verified": 1})).email_verified);
    }

    #[test]
    fn oidc_33_addresses_fold_only_by_ascii_case() {
        assert_eq!(fold_email("Ana@Acme.Example").as_deref(), Some("ana@acme.example"));
        assert_ne!(fold_email("аna@acme.example"), fold_email("ana@acme.example"), "a Cyrillic letter");
        assert_ne!(fold_email("ana+x@acme.example"), fold_email("ana@acme.example"));
        assert_ne!(fold_email("ANA\u{130}@acme.example"), fold_email("anai@acme.example"));
        assert_eq!(fold_email("ana@acme.example\u{0}"), None);
    }
}
