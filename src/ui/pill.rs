//! A task's status, in words and a colour.

use leptos::prelude::*;
use portal_model::task::{Part, TaskStatus};

use super::changing::saying;
use crate::text::{status as words, t};

/// What a status is called for somebody with that part in the task.
pub fn status_words(status: &TaskStatus, part: Part) -> String {
    let key = match status {
        TaskStatus::Created => words::CREATED,
        TaskStatus::Available => words::AVAILABLE,
        TaskStatus::InProgress => words::IN_PROGRESS,
        TaskStatus::ReviewRequested | TaskStatus::InReview if part != Part::Assignee => words::TO_REVIEW,
        TaskStatus::ReviewRequested => words::REVIEW_REQUESTED,
        TaskStatus::InReview => words::IN_REVIEW,
        TaskStatus::RequiresChanges => words::REQUIRES_CHANGES,
        TaskStatus::Deferred => words::DEFERRED,
        TaskStatus::Complete => words::COMPLETE,
        TaskStatus::Archived => words::ARCHIVED,
        TaskStatus::Other(word) => return word.clone(),
    };
    t(key).to_owned()
}

fn class(status: &TaskStatus, part: Part) -> &'static str {
    match status {
        TaskStatus::Created | TaskStatus::Available | TaskStatus::InProgress => "pill todo",
        TaskStatus::ReviewRequested | TaskStatus::InReview if part != Part::Assignee => "pill todo",
        TaskStatus::RequiresChanges => "pill back",
        TaskStatus::Complete => "pill done",
        _ => "pill",
    }
}

/// The status.
#[component]
pub fn StatusPill(#[prop(into)] status: Signal<(TaskStatus, Part)>) -> impl IntoView {
    view! {
        <span class=Signal::derive(move || status.with(|(status, part)| class(status, *part)))>
            {saying(move || status.with(|(status, part)| status_words(status, *part)))}
        </span>
    }
}
