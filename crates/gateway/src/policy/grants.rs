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
        match &grant.to {
            // Memberships come from a verified address only, so this one is.
            GrantTo::Email(email) => {
                if person.email.as_deref().and_then(fold_email).as_ref() == Some(email) {
                    open.push((grant.project.clone(), pattern(&grant.datasets, "")));
                }
            }
            GrantTo::Claim { claim, any } => {
                let values = person.claims.get(claim).into_iter().flatten();
                let counts = |value: &&String| {
                    !value.is_empty()
                        && value.chars().count() <= MAX_VALUE
                        && any.as_ref().is_none_or(|any| any.contains(value))
                };
                open.extend(
                    values.filter(counts).map(|value| (grant.project.clone(), pattern(&grant.datasets, value))),
                );
            }
        }
    }
    open.sort_unstable();
    open.dedup();
    open
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
