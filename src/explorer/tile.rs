//! One file among many: its picture with what is drawn on it, its name, and what is known in numbers.

use std::sync::Arc;

use leptos::{prelude::*, reactive::graph::Source};
use portal_model::{
    annotation::{Annotation, Geometry},
    api::{Media, path},
    file::{FileKind, FileSummary},
};

use super::{
    beside::Pane,
    grid::{Look, address},
    layout::Cells,
    pick::{self, Pick},
    preview::Preview,
    state::Loaded,
};
use crate::{
    app::portal,
    inbox::kind_word,
    platform,
    stage::{
        draw::{self, Place},
        surface::{Surface, cleared},
    },
    text::{explorer as words, hundredths, t, t_with},
    ui::{
        links::{About, LinksButton, OfFile},
        readers::forget,
    },
};

/// Lines are so much thinner than on the stage.
const THIN: f64 = 0.75;

/// Readers of what all tiles share are swept out once in so many tiles.
const SWEPT: u32 = 64;

/// A tile, or its place while it has not come.
#[component]
pub fn Tile(index: u32, column: u32, look: Look, preview: Preview) -> impl IntoView {
    let portal = portal();
    let pane = Pane::here();
    let explorer = pane.explorer;
    let slot = explorer.slot(index);
    let read = slot.clone();
    on_cleanup(move || {
        // Nobody else reads it.
        read.clear_subscribers();
        if index.is_multiple_of(SWEPT) {
            forget(&explorer.selected);
        }
    });
    let id = {
        let slot = slot.clone();
        move || slot.with(|slot| slot.as_ref().map(|loaded| loaded.tile.file.id))
    };
    view! {
        <div
            class="tile" role="gridcell" id=pane.id(index) aria-colindex=(column + 1).to_string()
            class:here=move || explorer.selected.get() == Some(index)
            aria-selected=move || explorer.picked.shows(index, id(), explorer.selected).to_string()
            on:click=move |event| pick::clicked(portal, pane, index, &event)
            on:pointerenter=move |event| preview.enter(index, &event.pointer_type())
            on:pointerleave=move |_| preview.leave()
        >
            {move || match slot.get() {
                Some(loaded) => view! { <Filled loaded look/> }.into_any(),
                None => view! { <div class="tile-picture bone" style:height=move || height(look)></div> }.into_any(),
            }}
        </div>
    }
}

fn height(look: Look) -> String {
    platform::fixed(look.cells.read().picture, 0) + "px"
}

#[component]
fn Filled(loaded: Arc<Loaded>, look: Look) -> impl IntoView {
    let file = loaded.tile.file.clone();
    let name = file.name.clone();
    let kind = (file.kind != FileKind::Image).then(|| kind_word(&file.kind));
    let href = {
        let file = file.clone();
        Signal::derive(move || address(&file, look.least.get()))
    };
    let drawable = loaded.tile.annotations.iter().any(|annotation| draw::is_drawable(&annotation.geometry));
    // Annotations are in pixels of the stored picture: without its size nobody knows where they are.
    let size = file.width.zip(file.height).filter(|_| drawable).map(|(w, h)| (f64::from(w), f64::from(h)));
    let dataset = loaded.tile.dataset.as_ref().map(|dataset| dataset.name.clone());
    // Once it was looked at it stays.
    let looked_at = Memo::new(move |before: Option<&bool>| before.is_some_and(|before| *before) || !look.flies.get());
    let picture = loaded.clone();
    let of = OfFile {
        project: loaded.tile.project.clone(),
        file: file.clone(),
        dataset: loaded.tile.dataset.clone(),
        task: loaded.tile.task,
        frame: None,
    };
    view! {
        // The name is the link that is read and told; the picture is the same for those who point.
        <a class="tile-picture" href=href tabindex="-1" aria-hidden="true" style:height=move || height(look)>
            {move || looked_at.get().then(|| view! {
                <Picture file=file.clone()/>
                {size.map(|size| view! { <Drawing loaded=picture.clone() size look/> })}
            })}
        </a>
        {Pane::here().is_first.then(|| view! { <Pick id=loaded.tile.file.id name=name.clone()/> })}
        {kind.map(|kind| view! { <span class="tile-kind"><bdi>{kind}</bdi></span> })}
        <div class="tile-words">
            <div class="tile-name">
                <a class="name" href=href title=name.clone() tabindex="-1"><bdi>{name.clone()}</bdi></a>
                <LinksButton name=name.clone() about=move || Some(About::File(Box::new(of.clone())))/>
            </div>
            <p class="tile-facts">
                <Facts loaded/>
                {dataset.map(|name| view! { <span class="tile-where"><bdi>{name}</bdi></span> })}
            </p>
        </div>
    }
}

/// The small picture, or a word for what kind of file it is.
#[component]
fn Picture(file: FileSummary) -> impl IntoView {
    let failed = RwSignal::new(!file.has_thumb);
    let source = path::media(file.id, Media::Thumb);
    let kind = kind_word(&file.kind);
    move || {
        if failed.get() {
            view! { <span class="tile-none" aria-hidden="true">{kind.clone()}</span> }.into_any()
        } else {
            view! { <img src=source.clone() alt="" decoding="async" on:error=move |_| { let _ = failed.try_set(true); }/> }
                .into_any()
        }
    }
}

/// Where a picture of this size is in a tile: as large as fits, in the middle, as the browser fits it. Pure.
pub(super) fn place(picture: (f64, f64), room: (f64, f64)) -> Option<Place> {
    let scale = (room.0 / picture.0).min(room.1 / picture.1);
    (scale.is_finite() && scale > 0.0).then(|| Place {
        scale,
        x: (room.0 - picture.0 * scale) / 2.0,
        y: (room.1 - picture.1 * scale) / 2.0,
    })
}

/// What people and models drew, over the picture.
#[component]
fn Drawing(loaded: Arc<Loaded>, size: (f64, f64), look: Look) -> impl IntoView {
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    let room = Memo::new(move |_| {
        let Cells { width, picture, .. } = look.cells.get();
        (width, picture)
    });
    Effect::new(move |_| {
        let (view, room) = (look.view.get(), room.get());
        let Some(canvas) = canvas.get() else { return };
        let unit = Surface::unit();
        let room = (room.0 * unit, room.1 * unit);
        let (Some(place), Some(context)) = (place(size, room), cleared(&canvas, room)) else { return };
        let shown = draw::in_sight(&loaded.tile.annotations, &view, place, room);
        draw::all(&context, place, unit * THIN, &shown, &loaded.labels, None);
    });
    view! { <canvas node_ref=canvas aria-hidden="true"></canvas> }
}

/// Words of shapes that cannot be drawn, each once.
fn undrawn(annotations: &[Annotation]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for annotation in annotations {
        if let Geometry::Other { word } = &annotation.geometry
            && !found.contains(word)
        {
            found.push(word.clone());
        }
    }
    found
}

/// Something short; in whole words for who hears the page, and on hover.
fn fact(class: &'static str, shown: String, words: String) -> AnyView {
    let title = words.clone();
    view! { <span class=class title=title><span aria-hidden="true" class="num"><bdi>{shown}</bdi></span><span class="sr">{words}</span></span> }
        .into_any()
}

/// What is known in numbers.
#[component]
fn Facts(loaded: Arc<Loaded>) -> impl IntoView {
    let tile = &loaded.tile;
    let mut facts = Vec::new();
    if tile.truths.is_none() && tile.file.kind != FileKind::Compound {
        facts.push(fact("unread", "…".to_owned(), t(words::UNREAD).to_owned()));
    }
    let counts = [(tile.truths, words::TRUTHS, "count"), (tile.predictions, words::MODELS, "count models")];
    for (n, words, class) in counts {
        if let Some(n) = n.filter(|n| *n > 0) {
            facts.push(fact(class, n.to_string(), t_with(words, &[("n", &n.to_string())])));
        }
    }
    if let Some(best) = tile.best {
        let score = hundredths(best);
        let words = t_with(words::BEST, &[("score", &score)]);
        facts.push(fact("best", score, words));
    }
    for word in undrawn(&tile.annotations) {
        let words = t_with(words::UNKNOWN_SHAPE, &[("word", &word)]);
        facts.push(fact("undrawn", word, words));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_placed_as_the_browser_places_them_small_ones_too() {
        assert_eq!(place((200.0, 100.0), (160.0, 120.0)), Some(Place { scale: 0.8, x: 0.0, y: 20.0 }));
        assert_eq!(place((10.0, 10.0), (160.0, 120.0)), Some(Place { scale: 12.0, x: 20.0, y: 0.0 }));
        assert_eq!(place((0.0, 10.0), (0.0, 0.0)), None);
    }

    #[test]
    fn shapes_that_cannot_be_drawn_are_named_once() {
        let other = |word: &str| Annotation {
            id: portal_model::id::AnnotationId(1),
            root: None,
            label: None,
            geometry: Geometry::Other { word: word.into() },
            prediction: None,
            track: None,
        };
        assert_eq!(undrawn(&[other("a"), other("b"), other("a")]), ["a", "b"]);
        assert!(undrawn(&[Annotation { geometry: Geometry::Whole, ..other("a") }]).is_empty());
    }
}
