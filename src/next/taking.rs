//! Taking a task: by POST, with a key that takes the same task when it is asked again.

use leptos::prelude::*;
use portal_model::{
    api::next::{How, Nothing, Take, Taken, path},
    id::TaskId,
};

use super::why;
use crate::{
    api::{self, Failure},
    app::Portal,
    paths, platform, session,
    text::{next as words, t, t_with},
};

/// Takes the next task and goes to its page.
pub fn take(portal: Portal, wanted: Take) {
    leptos::task::spawn_local(async move {
        if let Some(id) = ask(portal, wanted).await {
            portal.route.go(&paths::task(id, None));
        }
    });
}

/// Takes the next task, or this one, and says how that went. Asked again after a failure it takes the same one.
pub async fn ask(portal: Portal, wanted: Take) -> Option<TaskId> {
    let next = portal.next;
    if next.busy.get_untracked() {
        return None;
    }
    let key = match next.begun.get_value() {
        Some((before, key)) if before == wanted => key,
        _ => platform::once(),
    };
    next.begun.set_value(Some((wanted, key.clone())));
    next.busy.set(true);
    let answer = api::send_with::<Taken>("POST", path::CLAIMS, &[("idempotency-key", &key)], Some(&wanted)).await;
    let _ = next.busy.try_set(false);
    // A refusal is an answer; what got lost on the way is none.
    if !matches!(answer, Err(Failure::Offline)) {
        next.begun.set_value(None);
    }
    next.read(0);
    match answer {
        Ok(Taken { task: Some(task), how, .. }) => {
            let stays = platform::location().pathname().is_ok_and(|path| path == paths::task(task.id, None));
            let said = match how {
                Some(How::Taken) => words::TAKEN,
                _ if stays => words::SAME,
                Some(How::SentBack) => words::SENT_BACK,
                Some(How::ToReview) => words::TO_REVIEW,
                _ => words::YOURS,
            };
            portal.say(t_with(said, &[("name", &task.file.name)]));
            let _ = next.gave.try_set(None);
            Some(task.id)
        }
        Ok(Taken { nothing, .. }) => {
            portal.say(t(why(nothing.unwrap_or(Nothing::Done))));
            None
        }
        Err(failure) => {
            session::ended(portal, &failure);
            portal.say(said(&failure));
            None
        }
    }
}

/// Why a task was not taken or given back.
pub fn said(failure: &Failure) -> &'static str {
    use portal_model::problem::{Problem, ProblemType};
    match failure {
        Failure::Problem(Problem { kind: ProblemType::Conflict, .. }) => t(words::CONFLICT),
        other => other.words(),
    }
}
