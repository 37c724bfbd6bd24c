//! The list of annotations: names, scores, and which is which on the picture.

use leptos::prelude::*;
use portal_model::{
    annotation::{Annotation, Geometry},
    api::TaskDetail,
};

use super::{Shown, draw};
use crate::text::{t, t_count, t_with, task as words};

/// More than this are counted, not listed: the picture shows them all.
const LISTED: usize = 200;

/// What is drawn, in words.
#[component]
pub fn Marks(first: TaskDetail, shown: Shown) -> impl IntoView {
    let unavailable = first.annotations_unavailable;
    let count = move |predicted: bool| {
        let n = shown
            .annotations
            .with(|all| all.iter().filter(|annotation| annotation.prediction.is_some() == predicted).count());
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    view! {
        <section aria-labelledby="marks">
            <h2 id="marks">{t(words::ANNOTATIONS)}</h2>
            {unavailable.then(|| view! { <p class="note">{t(words::ANNOTATIONS_MISSING)}</p> })}
            {move || match (count(false), count(true)) {
                (0, 0) if unavailable => ().into_any(),
                (0, 0) => view! { <p class="quiet">{t(words::NO_ANNOTATIONS)}</p> }.into_any(),
                (people, models) => view! {
                    <p class="quiet">{t_count(words::ANNOTATIONS_ONE, words::ANNOTATIONS_OTHER, people)}</p>
                    {(models > 0).then(|| view! {
                        <p class="quiet">{t_count(words::PREDICTIONS_ONE, words::PREDICTIONS_OTHER, models)}</p>
                        <label class="check">
                            <input type="checkbox" prop:checked=move || shown.predictions.get()
                                on:change=move |event| shown.predictions.set(event_target_checked(&event))/>
                            {t(words::SHOW_PREDICTIONS)}
                        </label>
                    })}
                }.into_any(),
            }}
            {move || match shown.unreadable.get() {
                0 => None,
                n => Some(view! { <p class="note">{t_count(words::UNREADABLE_ONE, words::UNREADABLE_OTHER, n)}</p> }),
            }}
            <ul class="marks">
                {move || {
                    let predictions = shown.predictions.get();
                    shown.annotations.with(|all| {
                        all.iter()
                            .enumerate()
                            .filter(|(_, annotation)| predictions || annotation.prediction.is_none())
                            .take(LISTED)
                            .map(|(index, annotation)| view! { <li><Mark index annotation=annotation.clone() shown/></li> })
                            .collect_view()
                    })
                }}
            </ul>
        </section>
    }
}

/// One annotation; pointing at it shows it on the picture.
#[component]
fn Mark(index: usize, annotation: Annotation, shown: Shown) -> impl IntoView {
    let (name, colour) = shown.labels.with_untracked(|labels| {
        let label = annotation.label.and_then(|id| labels.iter().find(|label| label.id == id));
        let name = match (&annotation.geometry, label) {
            (Geometry::Whole, None) => t(words::WHOLE_FILE).to_owned(),
            (_, Some(label)) => label.name.clone(),
            (_, None) => t(words::NO_LABEL).to_owned(),
        };
        (name, draw::colour(labels, &annotation))
    });
    let kind = match &annotation.geometry {
        Geometry::Other { word } => t_with(words::UNKNOWN_SHAPE, &[("word", word)]),
        _ => String::new(),
    };
    let score = annotation
        .prediction
        .as_ref()
        .and_then(|prediction| prediction.score)
        .map(|score| t_with(words::SCORE, &[("score", &format!("{score:.2}"))]));
    let dash = if annotation.prediction.is_some() { "3 2" } else { "" };
    let point = move |on: bool| {
        let to = (on && draw::is_drawable(&annotation.geometry)).then_some(index);
        let _ = shown.pointed.try_set(to);
    };
    let (enter, focus) = (point.clone(), point.clone());
    let (leave, blur) = (point.clone(), point);
    view! {
        <button type="button" class="mark" on:pointerenter=move |_| enter(true) on:pointerleave=move |_| leave(false)
            on:focus=move |_| focus(true) on:blur=move |_| blur(false)>
            <svg viewBox="0 0 14 14" aria-hidden="true"><rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="none" stroke-width="2.5" stroke=colour stroke-dasharray=dash/></svg>
            <span><bdi>{name}</bdi></span>
            <small>{score}{kind}</small>
        </button>
    }
}
