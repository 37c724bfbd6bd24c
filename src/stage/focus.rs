//! What the address puts in focus: an annotation is chosen, in the middle of the stage and in sight in the list; a question or an
//! issue is scrolled to in what stands beside the stage. What is not there is said, calmly.

use leptos::prelude::*;
use portal_model::{
    annotation::Annotation,
    api::FrameAnnotations,
    file::{FileKind, FileSummary},
    id::AnnotationId,
    links::Focus,
};
use wasm_bindgen::JsCast;

use super::{FramesOf, Shown, draw};
use crate::{
    api, platform,
    text::{Key, links as words, t},
};

/// Frames of one question while the frame of an annotation is looked for: as many as are answered at once.
const CHUNK: u32 = 1_000;
/// What is fetched after the page is there is waited for so often, with [`PAUSE`] in between.
const TRIES: u32 = 30;
/// In milliseconds.
const PAUSE: u32 = 100;

/// Whether it is this one: by its id, or by what stays of it over edits.
fn is(annotation: &Annotation, id: AnnotationId) -> bool {
    annotation.id == id || annotation.root.is_some_and(|root| root.0 == id.0)
}

/// Follows the address; what could not be found is answered, to be said.
pub fn follow(focus: Focus, file: &FileSummary, frames: FramesOf, shown: Shown) -> RwSignal<Option<Key>> {
    let missing = RwSignal::new(None);
    if let Some(id) = focus.annotation {
        annotation(id, focus.frame, file, frames, shown, missing);
    }
    for (name, id, words) in [
        ("attribute", focus.attribute.map(|id| id.0), words::NO_ANSWER),
        ("issue", focus.issue.map(|id| id.0), words::NO_ISSUE),
    ] {
        if let Some(id) = id {
            place(format!("{name}-{id}"), words, missing);
        }
    }
    missing
}

fn annotation(
    id: AnnotationId,
    frame: Option<u32>,
    file: &FileSummary,
    frames: FramesOf,
    shown: Shown,
    missing: RwSignal<Option<Key>>,
) {
    let done = StoredValue::new(false);
    Effect::new(move |_| {
        let found = shown.annotations.with(|all| all.iter().position(|annotation| is(annotation, id)));
        let Some(index) = found.filter(|_| !done.get_value()) else { return };
        done.set_value(true);
        let drawable = shown.annotations.with_untracked(|all| draw::is_drawable(&all[index].geometry));
        shown.listed.set(Some(index));
        if drawable {
            shown.pinned.set(Some(index));
            shown.centre.set(Some(index));
        }
        missing.set(None);
    });
    match file.kind {
        // What is drawn on a clip comes frame by frame; where this one is, only looking tells.
        FileKind::Video if frame.is_none() => {
            let count = file.frame_count.unwrap_or(1);
            leptos::task::spawn_local(async move {
                match look(id, frames, count).await {
                    Some(frame) => drop(shown.seek.try_set(Some(frame))),
                    None => drop(missing.try_set(Some(words::NO_ANNOTATION))),
                }
            });
        }
        FileKind::Video => {
            leptos::task::spawn_local(async move {
                for _ in 0..TRIES {
                    platform::sleep(PAUSE).await;
                    if done.try_get_value() != Some(false) {
                        return;
                    }
                }
                let _ = missing.try_set(Some(words::NO_ANNOTATION));
            });
        }
        _ => {
            if shown.annotations.with_untracked(|all| all.iter().all(|annotation| !is(annotation, id))) {
                missing.set(Some(words::NO_ANNOTATION));
            }
        }
    }
}

/// The frame of an annotation.
async fn look(id: AnnotationId, frames: FramesOf, count: u32) -> Option<u32> {
    let mut from = 0;
    while from < count {
        let to = (from + CHUNK).min(count);
        let answer = api::get_fresh::<FrameAnnotations>(&frames.address(from, to)).await.ok()?;
        let on = |frame: &&portal_model::api::Frame| frame.set.annotations.iter().any(|annotation| is(annotation, id));
        if let Some(frame) = answer.frames.iter().find(on) {
            return Some(frame.number);
        }
        from = to;
    }
    None
}

/// Scrolls to a part of the page by its id, and puts the focus there, once it has come.
fn place(id: String, words: Key, missing: RwSignal<Option<Key>>) {
    leptos::task::spawn_local(async move {
        for _ in 0..TRIES {
            if let Some(element) = document().get_element_by_id(&id) {
                element.scroll_into_view();
                if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
                    if element.tab_index() < 0 {
                        element.set_tab_index(-1);
                    }
                    let _ = element.focus();
                }
                return;
            }
            if missing.is_disposed() {
                return;
            }
            platform::sleep(PAUSE).await;
        }
        let _ = missing.try_set(Some(words));
    });
}

/// What could not be found.
#[component]
pub fn Missing(missing: RwSignal<Option<Key>>) -> impl IntoView {
    view! { <div role="status" class="missing">{move || missing.get().map(|words| view! { <p class="note">{t(words)}</p> })}</div> }
}

#[cfg(test)]
mod tests {
    use portal_model::{annotation::Geometry, id::AnnotationRoot};

    use super::*;

    #[test]
    fn an_annotation_is_known_by_its_id_and_by_its_root() {
        let annotation = Annotation {
            id: AnnotationId(79),
            root: Some(AnnotationRoot(77)),
            label: None,
            geometry: Geometry::Whole,
            prediction: None,
            track: None,
        };
        assert!(is(&annotation, AnnotationId(79)) && is(&annotation, AnnotationId(77)));
        assert!(!is(&annotation, AnnotationId(78)));
        assert!(!is(&Annotation { root: None, ..annotation }, AnnotationId(77)));
    }
}
