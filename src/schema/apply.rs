//! Applying a draft: sent with the version it was made for, and a key so that sending it twice makes the change once (CLI-05).
//! Whatever happens, the draft stays.

use leptos::prelude::*;
use portal_model::{
    api::schemas::{Applied, AttributeState, EditProblem},
    attribute::Fault,
    problem::{Problem, ProblemType},
};

use super::{
    keep,
    state::{Editor, Trouble, is_conflict},
};
use crate::{
    api::{self, Failure},
    session,
    text::{schema as w, t, t_count},
};

/// A new key for a write (`Idempotency-Key`).
pub fn once() -> String {
    let mut bytes = [0u8; 16];
    // Without randomness the keys of two windows could meet; then none is better: an empty one is not sent.
    if getrandom::getrandom(&mut bytes).is_err() {
        return String::new();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Applies the editor's draft, unless it is on its way.
pub(super) fn apply(editor: Editor) {
    if editor.busy.get_untracked() {
        return;
    }
    editor.settle();
    if editor.checked.with_untracked(|checked| !checked.faults.is_empty() || checked.changes.is_empty()) {
        return;
    }
    editor.busy.set(true);
    editor.trouble.set(Trouble::None);
    let (base, draft, url) = (editor.base.get_untracked(), editor.draft.get_untracked(), editor.url());
    let (who, kept, once) = (editor.who(), editor.kept(), editor.once.get_value());
    let portal = editor.portal;
    leptos::task::spawn_local(async move {
        let version = &base.version;
        let headers: &[(&str, &str)] = &[("if-match", version), ("idempotency-key", &once)];
        let headers = if once.is_empty() { &headers[..1] } else { headers };
        let answer = api::send_with::<Applied>("PUT", &url, headers, Some(&draft)).await;
        if answer.is_ok()
            && let Some(kept) = kept
        {
            keep::forget(&who, base.attribute.id, &kept);
        }
        let answer = match answer {
            Err(failure) if is_conflict(&failure) => Err(with_state(failure, &url).await),
            answer => answer,
        };
        if let Ok(applied) = &answer {
            portal.say(t_count(
                w::APPLIED_ONE,
                w::APPLIED_OTHER,
                u32::try_from(applied.changes.len()).unwrap_or(u32::MAX),
            ));
        }
        // The person may have left the editor meanwhile; the kept draft tells the rest when they come back.
        if editor.busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(applied) => {
                editor.reviewing.set(false);
                editor.made(applied);
            }
            Err(failure) => refused(editor, &base.version, failure),
        }
    });
}

/// A conflict that does not carry the state as it is now: that is read.
async fn with_state(failure: Failure, url: &str) -> Failure {
    let Failure::Problem(mut problem) = failure else { return failure };
    let mut edit = edit_of(&problem);
    if edit.state.is_none() {
        match api::get_fresh::<AttributeState>(url).await {
            Ok(state) => edit.state = Some(Box::new(state)),
            Err(failure) => return failure,
        }
    }
    problem.edit = serde_json::to_value(edit).ok().map(Box::new);
    Failure::Problem(problem)
}

/// How the edit stands; nothing is known where the problem does not say.
fn edit_of(problem: &Problem) -> EditProblem {
    let said = problem.edit.as_deref().cloned();
    said.and_then(|said| serde_json::from_value(said).ok()).unwrap_or_default()
}

/// It was not made, or not wholly.
fn refused(editor: Editor, version: &str, failure: Failure) {
    session::ended(editor.portal, &failure);
    let Failure::Problem(problem) = &failure else { return editor.trouble.set(Trouble::Failed(failure)) };
    let EditProblem { faults, state, left } = edit_of(problem);
    match (&problem.kind, state) {
        (ProblemType::Conflict, Some(state)) if state.version != version => {
            editor.reviewing.set(false);
            if editor.changed_meanwhile(*state) {
                editor.portal.say(t(w::NOTHING_LEFT));
            }
        }
        (ProblemType::Incomplete, Some(state)) => {
            editor.reviewing.set(false);
            editor.go_on(*state, left);
        }
        (ProblemType::InvalidDraft, _) if !faults.is_empty() => {
            editor.reviewing.set(false);
            editor.checked.update(|checked| add_faults(&mut checked.faults, faults));
        }
        _ => editor.trouble.set(Trouble::Failed(failure)),
    }
}

/// The gateway found faults that the page did not.
fn add_faults(known: &mut Vec<Fault>, found: Vec<Fault>) {
    for fault in found {
        if !known.contains(&fault) {
            known.push(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_once() {
        let mut known = vec![Fault::EmptyName];
        add_faults(&mut known, vec![Fault::EmptyName, Fault::BoundsCrossed]);
        assert_eq!(known, [Fault::EmptyName, Fault::BoundsCrossed]);
    }
}
