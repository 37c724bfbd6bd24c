//! Grants: who may see the files of which datasets, beside the files of their own tasks, and who may take tasks of which jobs.

use std::collections::BTreeMap;

use portal_model::id::ProjectId;
use serde::Deserialize;

use super::Project;
use crate::session::claims::fold_email;

/// What stands for a value of the claim.
pub const PLACEHOLDER: &str = "{claim}";

/// Letters of a guide at the most.
const MAX_GUIDE: usize = portal_model::api::next::MAX_GUIDE;

/// Opens datasets and jobs of a project to some of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The project. People who are no members of it get nothing.
    pub project: ProjectId,
    /// To whom.
    pub to: GrantTo,
    /// Names of datasets, letter by letter; `*` stands for any text, `?` for one character, [`PLACEHOLDER`] for each value of the
    /// claim.
    pub datasets: Option<String>,
    /// Names of jobs in the same way: of those that are active they may take tasks that nobody has.
    pub jobs: Option<String>,
    /// How to do the tasks that this is about, in plain text.
    pub guide: Option<String>,
}

/// To whom something is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantTo {
    /// To those with a value in a claim of their ID token.
    Claim {
        /// Its name.
        claim: String,
        /// Only these values count; all without.
        any: Option<Vec<String>>,
    },
    /// To the person with this verified address, folded.
    Email(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawGrant {
    project: Option<String>,
    claim: Option<String>,
    any: Option<Vec<String>>,
    email: Option<String>,
    datasets: Option<String>,
    jobs: Option<String>,
    guide: Option<String>,
}

/// Checks grants against the projects. What is not clear is refused: nobody may see more than somebody meant.
pub(super) fn check(raw: Vec<RawGrant>, projects: &BTreeMap<ProjectId, Project>) -> Result<Vec<Grant>, String> {
    raw.into_iter().map(|grant| one(grant, projects)).collect()
}

fn one(raw: RawGrant, projects: &BTreeMap<ProjectId, Project>) -> Result<Grant, String> {
    let project = ProjectId(raw.project.unwrap_or_default());
    if !projects.contains_key(&project) {
        let known: Vec<String> = projects.keys().map(|id| format!("\"{id}\"")).collect();
        return Err(format!("[[grant]]: project is {:?}; write one of {}", project.0, known.join(", ")));
    }
    let fault = |what: &str| Err(format!("[[grant]] of {project}: {what}"));
    let (datasets, jobs) = (raw.datasets.filter(|text| !text.is_empty()), raw.jobs.filter(|text| !text.is_empty()));
    let patterns: Vec<(&str, &String)> = [("datasets", &datasets), ("jobs", &jobs)]
        .into_iter()
        .filter_map(|(key, text)| Some((key, text.as_ref()?)))
        .collect();
    if patterns.is_empty() {
        return fault("`datasets` is missing; write for example datasets = \"cust-{claim}-*\", or jobs = \"Street*\"");
    }
    if let Some((key, _)) =
        patterns.iter().find(|(_, text)| text.replace(PLACEHOLDER, "").contains(['{', '}', '[', ']']))
    {
        return fault(&format!("`{key}` may hold *, ? and {{claim}}, and no other braces or brackets"));
    }
    if raw.guide.as_ref().is_some_and(|text| text.trim().is_empty() || text.chars().count() > MAX_GUIDE) {
        return fault(&format!("`guide` is 1 to {MAX_GUIDE} letters of plain text"));
    }
    let to = match (raw.claim.filter(|claim| !claim.is_empty()), raw.email) {
        (Some(claim), None) => {
            let plain = patterns.iter().find(|(_, text)| !text.contains(PLACEHOLDER));
            if let Some((key, _)) = plain.filter(|_| raw.any.as_ref().is_none_or(Vec::is_empty)) {
                return fault(&format!(
                    "this opens the same {key} to everybody with the claim; write {{claim}} in `{key}`, or the values that count: any = [\"a value\"]"
                ));
            }
            if raw.any.as_ref().is_some_and(|any| any.is_empty() || any.iter().any(String::is_empty)) {
                return fault("`any` holds nothing, or an empty value; write any = [\"a value\"]");
            }
            GrantTo::Claim { claim, any: raw.any }
        }
        (None, Some(email)) => {
            if raw.any.is_some() || patterns.iter().any(|(_, text)| text.contains(PLACEHOLDER)) {
                return fault("`any` and {claim} need a claim; with `email` write the names themselves");
            }
            let Some(email) = fold_email(&email) else {
                return fault("`email` is no e-mail address");
            };
            GrantTo::Email(email)
        }
        (Some(_), Some(_)) => {
            return fault("write `claim` or `email`, not both; two grants may open the same datasets");
        }
        (None, None) => return fault("say to whom: claim = \"customer\", or email = \"somebody@example.com\""),
    };
    Ok(Grant { project, to, datasets, jobs, guide: raw.guide })
}
