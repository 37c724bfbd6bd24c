//! From grants to the datasets they open to a person, as patterns of names.

use portal_model::id::ProjectId;

use crate::{
    config::{Grant, GrantTo, PLACEHOLDER},
    session::{claims::fold_email, person::Person},
};

/// Longer values of a claim are part of no dataset's name, in characters.
const MAX_VALUE: usize = 200;

/// Project and pattern for SQLite's `GLOB`: what the grants open to this person in the projects whose member they are.
pub(super) fn datasets(grants: &[Grant], person: &Person) -> Vec<(ProjectId, String)> {
    let mut open = Vec::new();
    for grant in grants {
        if !person.memberships.iter().any(|membership| membership.project == grant.project) {
            continue;
        }
        open.extend(values(&grant.to, person).map(|value| (grant.project.clone(), pattern(&grant.datasets, value))));
    }
    open.sort_unstable();
    open.dedup();
    open
}

/// Whether something that is opened to these is opened to this person.
pub(super) fn opens(to: &GrantTo, person: &Person) -> bool {
    values(to, person).next().is_some()
}

/// What makes the person one of these: the values of the claim that count, or one empty value for their address.
fn values<'a>(to: &'a GrantTo, person: &'a Person) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match to {
        // Memberships come from a verified address only, so this one is.
        GrantTo::Email(email) => {
            let is_theirs =
                !person.memberships.is_empty() && person.email.as_deref().and_then(fold_email).as_ref() == Some(email);
            Box::new(is_theirs.then_some("").into_iter())
        }
        GrantTo::Claim { claim, any } => {
            let counts = |value: &&String| {
                !value.is_empty()
                    && value.chars().count() <= MAX_VALUE
                    && any.as_ref().is_none_or(|any| any.contains(value))
            };
            Box::new(person.claims.get(claim).into_iter().flatten().filter(counts).map(String::as_str))
        }
    }
}

/// `*` and `?` of the configuration stay; those of the person's claim are letters like any other.
fn pattern(datasets: &str, value: &str) -> String {
    let literal: String = value
        .chars()
        .map(|c| match c {
            '*' | '?' | '[' => format!("[{c}]"),
            c => c.to_string(),
        })
        .collect();
    datasets.replace(PLACEHOLDER, &literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_claim_says_is_a_name_and_never_a_pattern() {
        assert_eq!(pattern("cust-{claim}-*", "north"), "cust-north-*");
        assert_eq!(pattern("cust-{claim}-*", "*"), "cust-[*]-*");
        assert_eq!(pattern("{claim}?", "a[b]?"), "a[[]b][?]?");
        assert_eq!(pattern("{claim}", "{claim}"), "{claim}");
    }
}
