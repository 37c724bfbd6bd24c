//! What is known of the task.

use leptos::prelude::*;
use portal_model::{
    api::{Someone, TaskDetail},
    task::TaskRow,
};

use crate::{
    text::{t, t_with, task as words},
    ui::{ago::Ago, pill::status_words},
};

fn names(people: &[Someone]) -> String {
    if people.is_empty() {
        return t(words::NOBODY).to_owned();
    }
    let name = |someone: &Someone| {
        if someone.me { t_with(words::ME, &[("name", &someone.name)]) } else { someone.name.clone() }
    };
    people.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The list of facts.
#[component]
pub fn Facts(first: TaskDetail, row: Memo<TaskRow>) -> impl IntoView {
    let file = &first.row.file;
    let size = match (file.width, file.height) {
        (Some(width), Some(height)) => {
            Some(t_with(words::PIXELS, &[("width", &width.to_string()), ("height", &height.to_string())]))
        }
        _ => None,
    };
    let frames = file.frame_count.map(|n| t_with(words::FRAMES, &[("n", &n.to_string())]));
    let size = [size, frames].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (assignees, reviewers) = (names(&first.assignees), names(&first.reviewers));
    let reviewed = !first.reviewers.is_empty();
    let dataset = first.row.dataset.as_ref().map(|dataset| dataset.name.clone());
    view! {
        <section aria-labelledby="facts">
            <h2 id="facts">{t_with(words::TITLE, &[("id", &first.row.id.to_string())])}</h2>
            <dl class="facts">
                <dt>{t(words::STATUS)}</dt><dd>{move || { let row = row.read(); status_words(&row.status, row.part) }}</dd>
                <dt>{t(words::JOB)}</dt><dd><bdi>{first.row.job.name.clone()}</bdi></dd>
                {dataset.map(|name| view! { <dt>{t(words::DATASET)}</dt><dd><bdi>{name}</bdi></dd> })}
                <dt>{t(words::PROJECT)}</dt><dd><bdi>{first.row.project.0.clone()}</bdi></dd>
                <dt>{t(words::ASSIGNEES)}</dt><dd><bdi>{assignees}</bdi></dd>
                {reviewed.then(|| view! { <dt>{t(words::REVIEWERS)}</dt><dd><bdi>{reviewers}</bdi></dd> })}
                <dt>{t(words::UPDATED)}</dt><dd><Ago time=Signal::derive(move || row.read().updated.clone())/></dd>
                <dt>{t(words::CREATED)}</dt><dd><Ago time=Signal::stored(first.row.created.clone())/></dd>
                {move || row.read().completed.clone().map(|at| view! { <dt>{t(words::COMPLETED)}</dt><dd><Ago time=Signal::stored(at)/></dd> })}
                {(!size.is_empty()).then(|| view! { <dt>{t(words::SIZE)}</dt><dd class="num">{size}</dd> })}
            </dl>
        </section>
    }
}
