//! The list of annotations: names, scores, and which is which on the picture.

use leptos::prelude::*;
use portal_model::{
    annotation::{Annotation, Geometry},
    id::AnnotationId,
    metrics::{self, Outcome},
};

use super::{AnswerList, Shown, draw, sound::seconds};
use crate::{
    platform,
    text::{compare, hundredths, t, t_count, t_with, task as words},
    ui::links::{About, LinksButton},
};

/// More than this are counted, not listed: the picture shows them all.
const LISTED: usize = 200;

/// The list follows once what is shown rests so long, in milliseconds: while the slider is dragged nobody reads it.
const REST: u32 = 80;
/// It follows after so many rests in any case: a clip that plays never rests.
const RESTS: u32 = 8;

/// Those that are shown. Pointing at one shows it on the picture, choosing it keeps it so.
#[component]
pub fn MarkList(
    shown: Shown,
    /// Whether something else on the page says how many could not be read.
    #[prop(optional)]
    told: bool,
) -> impl IntoView {
    let wanted = Memo::new(move |_| {
        let view = shown.view.get();
        shown.annotations.with(|all| {
            let mut visible = all.iter().enumerate().filter(|(_, annotation)| view.hides(annotation).is_none());
            let mut listed: Vec<_> =
                visible.by_ref().take(LISTED).map(|(index, annotation)| (index, annotation.id)).collect();
            let mut more = visible.count();
            // What a link leads to stands in the list, however many come before it.
            let led_to = shown.listed.get().filter(|led_to| listed.iter().all(|(index, _)| index != led_to));
            if let Some((index, annotation)) = led_to.and_then(|index| Some((index, all.get(index)?)))
                && view.hides(annotation).is_none()
            {
                listed.push((index, annotation.id));
                more = more.saturating_sub(1);
            }
            (listed, more)
        })
    });
    let listed = RwSignal::new(wanted.get_untracked());
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        wanted.track();
        if waits.get_value() {
            return;
        }
        waits.set_value(true);
        leptos::task::spawn_local(async move {
            let mut before = None;
            for _ in 0..RESTS {
                platform::sleep(REST).await;
                let now = shown.view.try_get_untracked().zip(shown.frame.try_get_untracked());
                if now.is_none() || now == before {
                    break;
                }
                before = now;
            }
            if waits.try_set_value(false).is_none() {
                listed.set(wanted.get_untracked());
            }
        });
    });
    bring_into_sight(shown);
    view! {
        {move || match shown.unreadable.get() {
            _ if told => None,
            0 => None,
            n => Some(view! { <p class="note">{t_count(words::UNREADABLE_ONE, words::UNREADABLE_OTHER, n)}</p> }),
        }}
        <ul class="marks">
            <For each=move || listed.get().0 key=|mark| *mark children=move |(index, id)| {
                let annotation = shown.annotations.with_untracked(|all| all.get(index).filter(|found| found.id == id).cloned());
                annotation.map(|annotation| view! { <li><Mark index annotation shown/></li> })
            }/>
        </ul>
        {move || {
            let more = u32::try_from(listed.read().1).unwrap_or(u32::MAX);
            (more > 0).then(|| view! { <p class="quiet">{t_count(words::MORE_ONE, words::MORE_OTHER, more)}</p> })
        }}
    }
}

/// The row that a link leads to, once it is drawn.
fn bring_into_sight(shown: Shown) {
    /// As often as a row may take to come, with [`REST`] in between.
    const TRIES: u32 = 20;
    Effect::new(move |_| {
        let Some(index) = shown.listed.get() else { return };
        leptos::task::spawn_local(async move {
            for _ in 0..TRIES {
                platform::sleep(REST).await;
                if let Some(row) = document().get_element_by_id(&format!("mark-{index}")) {
                    let options = web_sys::ScrollIntoViewOptions::new();
                    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                    row.scroll_into_view_with_scroll_into_view_options(&options);
                    return;
                }
            }
        });
    });
}

/// What became of one, in words.
pub fn verdict(outcome: Outcome) -> String {
    match outcome {
        Outcome::TruePositive { iou, .. } => t_with(compare::FOUND_BY, &[("iou", &hundredths(iou))]),
        Outcome::FalsePositive => t(compare::IS_WRONG).to_owned(),
        Outcome::Missed => t(compare::IS_MISSED).to_owned(),
    }
}

/// One annotation.
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
    let geometry = annotation.geometry.clone();
    let place =
        move || match &geometry {
            Geometry::Other { word } => t_with(words::UNKNOWN_SHAPE, &[("word", word)]),
            Geometry::Stretch { start, end } => format!("{} – {}", seconds(*start), seconds(*end)),
            Geometry::Words { first, last } => shown.excerpts.read().get(&index).cloned().unwrap_or_else(|| {
                t_with(words::WORDS_FROM, &[("from", &first.to_string()), ("to", &last.to_string())])
            }),
            _ => String::new(),
        };
    // Only while predictions are compared.
    let became = move || {
        let outcome = shown.outcomes.read().get(index).copied().flatten()?;
        Some(view! { <span class="verdict">{verdict(outcome)}</span> })
    };
    let answered = annotation.id;
    let score = annotation.prediction.as_ref().map(|prediction| match metrics::score(prediction.score) {
        Some(score) => t_with(words::SCORE, &[("score", &hundredths(score))]),
        None => t(words::NO_SCORE).to_owned(),
    });
    let dash = if annotation.prediction.is_some() { "3 2" } else { "" };
    let drawable = draw::is_placed(&annotation.geometry);
    let point = move |on: bool| {
        let _ = shown.pointed.try_set((on && drawable).then_some(index));
    };
    let pinned = move || shown.pinned.get() == Some(index);
    let called = name.clone();
    // What stays of it over edits, so that the link does.
    let id = annotation.root.map_or(annotation.id, |root| AnnotationId(root.0));
    let of = move |name: String| {
        let of = shown.of.get_value()?.at_frame(shown.frame.get_untracked());
        Some(About::Annotation(Box::new(of), id, name))
    };
    let linked = shown.of.with_value(Option::is_some);
    view! {
        <button type="button" class="mark" id=format!("mark-{index}") aria-pressed=move || pinned().to_string()
            on:pointerenter=move |_| point(true) on:pointerleave=move |_| point(false)
            on:focus=move |_| point(true) on:blur=move |_| point(false)
            on:click=move |_| shown.pinned.update(|pinned| *pinned = (drawable && *pinned != Some(index)).then_some(index))>
            <svg viewBox="0 0 14 14" aria-hidden="true"><rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="none" stroke-width="2.5" stroke=colour stroke-dasharray=dash/></svg>
            <span><bdi>{name}</bdi></span>
            <small><bdi>{place}</bdi>{became}{score.map(|score| view! { <span>{score}</span> })}</small>
        </button>
        <AnswerList shown annotation=answered/>
        {linked.then(|| view! { <LinksButton name=called.clone() about=move || of(called.clone())/> })}
    }
}
