//! Sends a draft: to be looked at, or to be applied with the version it was made for and a key, so that sending it twice makes
//! the change once (CLI-05). What the gateway refuses is told apart here.

use leptos::prelude::*;
use portal_model::{
    api::schemas::{Review, Run, SchemaDetail, SchemaProblem, Wish, path},
    problem::ProblemType,
    schema::SchemaFault,
};

use crate::{
    api::{self, Failure},
    schema::state::Editor,
    session,
};

/// Why a draft was not taken.
#[derive(Clone, Debug)]
pub enum Refused {
    /// Somebody changed the schema since it was read: this is how it is now.
    Conflict(Box<SchemaDetail>),
    /// Another draft is on its way.
    UnderWay(Box<Run>),
    /// The gateway found faults that the page did not.
    Faults(Vec<SchemaFault>),
    /// The gateway, or the way to it, says why.
    Failed(Failure),
}

/// What the editor's draft would change.
pub async fn plan(editor: Editor) -> Result<Review, Refused> {
    let (base, wish) = (editor.base.get_untracked(), wish(editor, String::new()));
    let review = match api::send::<Review>("POST", &path::plan(editor.id), Some(&wish)).await {
        Ok(review) => review,
        Err(failure) => return Err(refused(editor, failure).await),
    };
    // What is shown must be what would be applied.
    if review.version != base.version { Err(read_now(editor).await) } else { Ok(review) }
}

/// Applies the editor's draft.
pub async fn apply(editor: Editor, why: String, once: &str) -> Result<Run, Refused> {
    let (base, wish) = (editor.base.get_untracked(), wish(editor, why));
    let headers = [("if-match", base.version.as_str()), ("idempotency-key", once)];
    match api::send_with::<Run>("POST", &path::apply(editor.id), &headers, Some(&wish)).await {
        Ok(run) => Ok(run),
        Err(failure) => Err(refused(editor, failure).await),
    }
}

fn wish(editor: Editor, why: String) -> Wish {
    Wish { draft: editor.draft.get_untracked(), why }
}

async fn refused(editor: Editor, failure: Failure) -> Refused {
    session::ended(editor.portal, &failure);
    let Failure::Problem(problem) = &failure else { return Refused::Failed(failure) };
    let said: SchemaProblem =
        problem.edit.as_deref().cloned().and_then(|said| serde_json::from_value(said).ok()).unwrap_or_default();
    match (&problem.kind, said) {
        (ProblemType::Conflict, SchemaProblem { run: Some(run), .. }) => Refused::UnderWay(Box::new(run)),
        (ProblemType::Conflict, SchemaProblem { now: Some(now), .. }) => Refused::Conflict(now),
        (ProblemType::Conflict, _) => read_now(editor).await,
        (ProblemType::InvalidDraft, SchemaProblem { faults, .. }) if !faults.is_empty() => Refused::Faults(faults),
        _ => Refused::Failed(failure),
    }
}

/// A conflict that does not carry the state as it is now: that is read.
async fn read_now(editor: Editor) -> Refused {
    match api::get_fresh::<SchemaDetail>(&path::schema(editor.id)).await {
        Ok(now) => match now.run.clone() {
            Some(run) => Refused::UnderWay(Box::new(run)),
            None => Refused::Conflict(Box::new(now)),
        },
        Err(failure) => Refused::Failed(failure),
    }
}
