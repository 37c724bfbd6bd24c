//! What people answered to the questions of the schema: on the file, and on each annotation.

use leptos::prelude::*;
use portal_model::{
    api::answers::{Answer, AnswerValue},
    id::AnnotationId,
};

use super::Shown;
use crate::text::{t, t_with, task as words};

fn value(value: AnswerValue) -> AnyView {
    match value {
        AnswerValue::Said(text) | AnswerValue::Option(text) => view! { <bdi>{text}</bdi> }.into_any(),
        AnswerValue::Gone { id, name } => {
            let name = name.unwrap_or_else(|| t_with(words::ANSWER, &[("id", &id.to_string())]));
            view! { <bdi class="quiet">{t_with(words::GONE_ANSWER, &[("name", &name)])}</bdi> }.into_any()
        }
    }
}

/// Questions with their answers.
fn list(answers: Vec<Answer>) -> AnyView {
    let rows = answers.into_iter().map(|answer| {
        let question =
            answer.question.unwrap_or_else(|| t_with(words::GONE_QUESTION, &[("id", &answer.attribute.to_string())]));
        let values =
            answer.values.into_iter().map(|one| view! { <li>{value(one)}</li> }.into_any()).collect::<Vec<_>>();
        view! { <dt><bdi>{question}</bdi></dt><dd><ul>{values}</ul></dd> }.into_any()
    });
    view! { <dl class="answers">{rows.collect::<Vec<_>>()}</dl> }.into_any()
}

/// What was answered on an annotation; nothing when nothing was.
#[component]
pub fn AnswerList(shown: Shown, annotation: AnnotationId) -> impl IntoView {
    let found = Memo::new(move |_| {
        shown
            .answers
            .with(|all| all.iter().find(|one| one.annotation == Some(annotation)).map(|one| one.answers.clone()))
    });
    move || {
        found.get().map(|answers| {
            let many = answers.len();
            view! { <details class="of-mark"><summary>{t(words::ANSWERS)}" "<span class="num">{many}</span></summary>{list(answers)}</details> }
        })
    }
}

/// What was answered on the file as a whole; nothing when nothing was.
#[component]
pub fn FileAnswers(shown: Shown) -> impl IntoView {
    let found = Memo::new(move |_| {
        shown.answers.with(|all| {
            let whole = all.iter().filter(|one| one.annotation.is_none());
            whole.flat_map(|one| one.answers.iter().cloned()).collect::<Vec<_>>()
        })
    });
    move || {
        let answers = found.get();
        (!answers.is_empty()).then(|| {
            view! {
                <section aria-labelledby="answers"><h2 id="answers">{t(words::ANSWERS)}</h2>{list(answers)}</section>
            }
        })
    }
}
