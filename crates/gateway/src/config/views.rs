//! Views that whoever set the portal up gave a name: queries of files and filters of tasks, for everybody or for some.

use portal_model::{
    api::{
        TaskSort,
        explorer::ViewLook,
        tasks::{Dimension, NewTaskView, TaskFilter, ViewFilter},
    },
    person::Role,
    task::Tab,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::GrantTo;
use crate::session::claims::fold_email;

/// Names are at most so long, in characters.
pub const MAX_NAME: usize = 80;
/// Searches are at most so long, in characters.
const MAX_Q: usize = 200;

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedView {
    /// Stays the same as long as the name does.
    pub id: String,
    /// What people read.
    pub name: String,
    /// The query, as text; it can be read.
    pub query: String,
    /// How its files are shown.
    pub look: ViewLook,
    /// To whom; to everybody without.
    pub to: Option<GrantTo>,
    /// Only to people with one of these roles; to all of them without.
    pub roles: Vec<Role>,
}

/// Filters of tasks with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedTaskView {
    /// Stays the same as long as the name does.
    pub id: String,
    /// To whom; to everybody without.
    pub to: Option<GrantTo>,
    /// What it shows.
    pub shows: NewTaskView,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawView {
    name: Option<String>,
    kind: Option<String>,
    query: Option<String>,
    claim: Option<String>,
    any: Option<Vec<String>>,
    email: Option<String>,
    roles: Option<Vec<String>>,
    size: Option<String>,
    score: Option<f64>,
    predictions: Option<bool>,
}

pub(super) fn check(raw: Vec<RawView>) -> Result<(Vec<SharedView>, Vec<SharedTaskView>), String> {
    let (mut files, mut tasks): (Vec<SharedView>, Vec<SharedTaskView>) = Default::default();
    for view in raw {
        let name = view.name.clone().unwrap_or_default();
        if name.trim().is_empty() || name.chars().count() > MAX_NAME {
            return Err(format!("[[view]]: name is {name:?}; write 1 to {MAX_NAME} characters"));
        }
        let fault = |what: String| Err(format!("[[view]] {name:?}: {what}"));
        let query = view.query.clone().unwrap_or_default();
        let hash =
            |text: &str| Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        match view.kind.as_deref() {
            None | Some("files") => {
                if files.iter().any(|known| known.name == name) {
                    return Err(format!("[[view]] {name:?} stands twice"));
                }
                let (look, roles) = match look(&view).and_then(|look| Ok((look, roles(view.roles.as_deref())?))) {
                    Ok(both) => both,
                    Err(what) => return fault(what),
                };
                let to = match to(view) {
                    Ok(to) => to,
                    Err(what) => return fault(what.into()),
                };
                if let Err(error) = portal_model::query::parse(&query) {
                    return fault(format!("query: {error}"));
                }
                files.push(SharedView { id: format!("shared-{}", hash(&name)), name, query, look, to, roles });
            }
            Some("tasks") => {
                if view.roles.is_some() || view.size.is_some() || view.score.is_some() || view.predictions.is_some() {
                    return fault("`roles`, `size`, `score` and `predictions` go with views of files".into());
                }
                if tasks.iter().any(|known| known.shows.name == name) {
                    return Err(format!("[[view]] {name:?} stands twice"));
                }
                let to = match to(view) {
                    Ok(to) => to,
                    Err(what) => return fault(what.into()),
                };
                let shows = match shows(name.clone(), &query) {
                    Ok(shows) => shows,
                    Err(what) => return fault(format!("query: {what}")),
                };
                tasks.push(SharedTaskView { id: format!("shared-tasks-{}", hash(&name)), to, shows });
            }
            Some(other) => return fault(format!("kind is {other:?}; write \"files\" or \"tasks\"")),
        }
    }
    Ok((files, tasks))
}

/// How the files of a view are shown.
fn look(view: &RawView) -> Result<ViewLook, String> {
    let score = view.score.unwrap_or(0.0);
    if !(0.0..=1.0).contains(&score) {
        return Err("score is 0 to 1, for example score = 0.6".into());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let score = (score * 100.0).round() as u8;
    let size = view.size.clone().unwrap_or_default();
    let look = ViewLook { size, score, no_predictions: view.predictions == Some(false) };
    if look.is_good() { Ok(look) } else { Err(format!("size is one of {}", ViewLook::SIZES.join(", "))) }
}

/// The roles that a view is for.
fn roles(names: Option<&[String]>) -> Result<Vec<Role>, String> {
    let role = |name: &String| match name.as_str() {
        "user" => Ok(Role::User),
        "reviewer" => Ok(Role::Reviewer),
        "admin" => Ok(Role::Admin),
        other => Err(format!("roles holds {other:?}; write \"user\", \"reviewer\" or \"admin\"")),
    };
    match names {
        Some([]) => Err("roles holds nothing, so nobody would see it; leave it out for everybody".into()),
        names => names.unwrap_or_default().iter().map(role).collect(),
    }
}

/// To whom it is opened.
fn to(view: RawView) -> Result<Option<GrantTo>, &'static str> {
    match (view.claim.filter(|claim| !claim.is_empty()), view.email, view.any) {
        (None, None, None) => Ok(None),
        (Some(claim), None, any)
            if any.as_ref().is_none_or(|any| !any.is_empty() && !any.iter().any(String::is_empty)) =>
        {
            Ok(Some(GrantTo::Claim { claim, any }))
        }
        (Some(_), None, _) => Err("`any` holds nothing, or an empty value; write any = [\"a value\"]"),
        (None, Some(email), None) => {
            Ok(Some(GrantTo::Email(fold_email(&email).ok_or("`email` is no e-mail address")?)))
        }
        (None, None, Some(_)) => Err("`any` needs a claim; write claim = \"groups\""),
        _ => Err("write `claim` (with `any`) or `email`, not both"),
    }
}

/// What stands in the address of "My tasks" behind the `?`.
fn shows(name: String, query: &str) -> Result<NewTaskView, String> {
    let mut shows = NewTaskView { name, ..NewTaskView::default() };
    let mut parameters = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.trim_start_matches(['/', '?']).as_bytes()) {
        let dimension = Dimension::ALL.into_iter().find(|dimension| dimension.name() == key);
        match (key.as_ref(), dimension) {
            (_, Some(dimension)) => parameters.push((dimension, value)),
            ("tab", _) => {
                let word = serde_json::Value::String(value.into_owned());
                shows.tab = serde_json::from_value::<Tab>(word)
                    .map_err(|_| "tab is todo, sent_back, in_review, done or all".to_owned())?;
            }
            ("sort", _) => {
                shows.sort = TaskSort::from_name(&value).ok_or_else(|| {
                    let names = TaskSort::ALL.map(|(_, name)| name).join(", ");
                    format!("sort is one of {names}")
                })?;
            }
            ("q", _) if value.chars().count() <= MAX_Q => shows.q = value.into_owned(),
            ("q", _) => return Err(format!("q is longer than {MAX_Q} characters")),
            (other, _) => {
                let names = Dimension::ALL.map(Dimension::name).join(", ");
                return Err(format!(
                    "there is no `{other}`; write tab, q, sort, {names}, as they stand in the address"
                ));
            }
        }
    }
    let filter = TaskFilter::checked(parameters.iter().map(|(dimension, value)| (*dimension, value.as_ref())));
    let filter = filter.map_err(|bad| bad.to_string())?;
    shows.filter = filter
        .iter()
        .map(|(dimension, value)| ViewFilter { dimension, value: value.to_owned(), name: String::new() })
        .collect();
    Ok(shows)
}
