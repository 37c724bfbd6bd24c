//! From grants to the datasets and jobs they open to a person, as patterns of names.

use portal_model::id::ProjectId;

use crate::{
    config::{Grant, GrantTo, PLACEHOLDER},
    session::{claims::fold_email, person::Person},
};

/// Longer values of a claim are part of no dataset's name, in characters.
const MAX_VALUE: usize = 200;

/// What grants open to a person in the projects whose member they are. Patterns are for SQLite's `GLOB`.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    /// Patterns of datasets' names.
    pub(super) datasets: Vec<(ProjectId, String)>,
    /// Patterns of jobs' names.
    pub(super) jobs: Vec<(ProjectId, String)>,
    /// How to do what it is about: for tasks of these jobs, or whose files came from these datasets.
    pub(super) guides: Vec<GrantGuide>,
}

/// A guide of a grant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GrantGuide {
    /// The project.
    pub(crate) project: ProjectId,
    /// Pattern of datasets' names.
    pub(crate) datasets: Option<String>,
    /// Pattern of jobs' names.
    pub(crate) jobs: Option<String>,
    /// The words.
    pub(crate) text: String,
}

/// What the grants open to this person.
pub(super) fn opened(grants: &[Grant], person: &Person) -> Opened {
    let mut opened = Opened::default();
    let mut open = |grant: &Grant, value: &str| {
        let filled = |text: &Option<String>| text.as_ref().map(|text| pattern(text, value));
        let (datasets, jobs) = (filled(&grant.datasets), filled(&grant.jobs));
        opened.datasets.extend(datasets.iter().map(|pattern| (grant.project.clone(), pattern.clone())));
        opened.jobs.extend(jobs.iter().map(|pattern| (grant.project.clone(), pattern.clone())));
        if let Some(text) = &grant.guide {
            opened.guides.push(GrantGuide { project: grant.project.clone(), datasets, jobs, text: text.clone() });
        }
    };
    for grant in grants {
        if !person.memberships.iter().any(|membership| membership.project == grant.project) {
            continue;
        }
        values(&grant.to, person).for_each(|value| open(grant, value));
    }
    opened.datasets.sort_unstable();
    opened.datasets.dedup();
    opened.jobs.sort_unstable();
    opened.jobs.dedup();
    // In the order of the configuration, each once.
    let mut seen = std::collections::BTreeSet::new();
    opened.guides.retain(|guide| seen.insert(guide.clone()));
    opened
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
fn pattern(names: &str, value: &str) -> String {
    let literal: String = value
        .chars()
        .map(|c| match c {
            '*' | '?' | '[' => format!("[{c}]"),
            c => c.to_string(),
        })
        .collect();
    names.replace(PLACEHOLDER, &literal)
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
