//! A picture with what is drawn on it: zoom and move by wheel, fingers, keys and buttons; a click chooses.

use leptos::{ev, prelude::*};
use portal_model::{
    api::{Media, path},
    file::FileSummary,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::{
    Failed, Shown,
    draw::{self, Place},
    surface::Surface,
};
use crate::text::{t, t_with, task as words};

/// One step of a key or button.
const STEP: f64 = 1.4;
/// How far an arrow key moves, in canvas pixels.
const MOVE: f64 = 60.0;
/// Moving less than this between down and up is a click, in canvas pixels.
const CLICK: f64 = 5.0;

/// A picture.
#[component]
pub fn PictureStage(file: FileSummary, shown: Shown) -> impl IntoView {
    let surface = Surface::new();
    let (loaded, failed) = (RwSignal::new(false), RwSignal::new(false));
    let picture = load(&file, loaded, failed);
    // Annotations are in pixels of the stored picture, which Diffgram knows; a browser may turn it by its EXIF data.
    let (width, height) = (file.width, file.height);
    let stored = move || {
        let natural = picture.with_value(|picture| {
            picture.as_ref().map_or((1, 1), |picture| (picture.natural_width(), picture.natural_height()))
        });
        (f64::from(width.unwrap_or(natural.0)), f64::from(height.unwrap_or(natural.1)))
    };
    // Diffgram may keep the sides of the unturned picture: it is drawn into those, as Diffgram's own annotator draws it.
    let is_swapped = Memo::new(move |_| {
        loaded.get()
            && picture.with_value(|picture| {
                picture.as_ref().is_some_and(|picture| {
                    let (natural, kept) = ((picture.natural_width(), picture.natural_height()), width.zip(height));
                    kept == Some((natural.1, natural.0)) && natural.0 != natural.1
                })
            })
    });
    // Where it is when it was moved or zoomed; else the whole of it.
    let near = RwSignal::new(None::<Place>);
    let place = move || {
        let canvas = surface.size()?;
        Some(near.get_untracked().unwrap_or_else(|| Place::fit(stored(), canvas)))
    };
    Effect::new(move |_| {
        surface.resized.track();
        near.set(None);
    });
    // What a link leads to is brought to the middle, once picture and canvas have their sizes, and whenever those change.
    Effect::new(move |_| {
        surface.resized.track();
        let Some(index) = shown.centre.get().filter(|_| loaded.get()) else { return };
        let around =
            shown.annotations.with_untracked(|all| all.get(index).and_then(|found| draw::bounds(&found.geometry)));
        if let (Some(around), Some(canvas)) = (around, surface.size()) {
            near.set(Place::around(around, stored(), canvas));
        }
    });
    let drawn = RwSignal::new(false);
    let draw = move || {
        let Some(place) = place() else { return };
        let Some((context, _, _, unit)) = surface.begin() else { return };
        let stored = stored();
        picture.with_value(|picture| {
            let Some(picture) = picture else { return };
            let (w, h) = (stored.0 * place.scale, stored.1 * place.scale);
            // Single pixels are what one wants to see when they are that large.
            context.set_image_smoothing_enabled(place.scale < 4.0 * unit);
            let _ = context.draw_image_with_html_image_element_and_dw_and_dh(picture, place.x, place.y, w, h);
            surface.annotations(&context, place, shown);
        });
        drawn.set(true);
    };
    Effect::new(move |_| {
        surface.resized.track();
        near.track();
        shown.view.track();
        let _ = shown.marked();
        shown.annotations.track();
        shown.outcomes.track();
        shown.labels.track();
        if loaded.get() {
            surface.soon(draw);
        }
    });
    let zoom = move |factor: f64, at: Option<(f64, f64)>| {
        if let (Some(now), Some(canvas)) = (place(), surface.size()) {
            near.set(now.zoomed(factor, at.unwrap_or((canvas.0 / 2.0, canvas.1 / 2.0)), stored(), canvas));
        }
    };
    let shift = move |dx: f64, dy: f64| {
        if let (Some(now), Some(canvas)) = (near.get_untracked(), surface.size()) {
            near.set(Some(now.moved(dx, dy, stored(), canvas)));
        }
    };
    let pick = move |at: (f64, f64)| {
        let Some(place) = place() else { return };
        let found = shown
            .annotations
            .with_untracked(|all| shown.view.with_untracked(|view| draw::at(place.back(at), all, view)));
        shown.pinned.update(|pinned| *pinned = found.filter(|found| Some(*found) != *pinned));
    };
    let fingers = Fingers::new();
    let down = move |event: web_sys::PointerEvent| {
        if let (Some(at), Some(canvas)) = (surface.point(&event), surface.canvas.get_untracked()) {
            let _ = canvas.set_pointer_capture(event.pointer_id());
            fingers.down(event.pointer_id(), at);
        }
    };
    let drag = move |event: web_sys::PointerEvent| match surface
        .point(&event)
        .and_then(|at| fingers.moved(event.pointer_id(), at))
    {
        Some(Gesture::Move(dx, dy)) => shift(dx, dy),
        Some(Gesture::Pinch(factor, at)) => zoom(factor, Some(at)),
        None => {}
    };
    let up = move |event: web_sys::PointerEvent| {
        if fingers.up(event.pointer_id())
            && let Some(at) = surface.point(&event)
        {
            pick(at);
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "+" | "=" => zoom(STEP, None),
            "-" => zoom(1.0 / STEP, None),
            "0" => near.set(None),
            "ArrowLeft" => shift(MOVE, 0.0),
            "ArrowRight" => shift(-MOVE, 0.0),
            "ArrowUp" => shift(0.0, MOVE),
            "ArrowDown" => shift(0.0, -MOVE),
            _ => return,
        }
        event.prevent_default();
    };
    let label = t_with(words::PICTURE_OF, &[("name", &file.name)]);
    view! {
        <Show when=move || !failed.get() fallback=Failed>
            <div
                class="stage-fit" class:near=move || near.get().is_some() tabindex="0" role="group" aria-label=t(words::STAGE)
                on:keydown=keys
                on:wheel=move |event| {
                    event.prevent_default();
                    zoom((-event.delta_y() * 0.0016).exp(), surface.point(&event));
                }
                on:pointerdown=down on:pointermove=drag on:pointerup=up
                on:pointercancel=move |event| { fingers.up(event.pointer_id()); }
                on:dblclick=move |event| match near.get_untracked() {
                    Some(_) => near.set(None),
                    None => zoom(3.0, surface.point(&event)),
                }
            >
                <canvas node_ref=surface.canvas role="img" aria-label=label.clone() data-drawn=move || drawn.get().to_string()></canvas>
            </div>
            <Show when=move || is_swapped.get()><p class="note turned">{t(words::TURNED)}</p></Show>
            <div class="zoom">
                <button type="button" class="btn" aria-label=t(words::ZOOM_OUT) on:click=move |_| zoom(1.0 / STEP, None)>"−"</button>
                <button type="button" class="btn" on:click=move |_| near.set(None)>{t(words::ZOOM_FIT)}</button>
                <button type="button" class="btn" aria-label=t(words::ZOOM_IN) on:click=move |_| zoom(STEP, None)>"+"</button>
            </div>
        </Show>
    }
}

type Picture = StoredValue<Option<web_sys::HtmlImageElement>, LocalStorage>;

/// The picture, on its way; let go with the stage.
fn load(file: &FileSummary, loaded: RwSignal<bool>, failed: RwSignal<bool>) -> Picture {
    let picture = StoredValue::new_local(web_sys::HtmlImageElement::new().ok());
    let on_load = Closure::<dyn FnMut()>::new(move || {
        let _ = loaded.try_set(true);
    });
    let on_error = Closure::<dyn FnMut()>::new(move || {
        let _ = failed.try_set(true);
    });
    picture.with_value(|picture| match picture {
        Some(picture) => {
            picture.set_onload(Some(on_load.as_ref().unchecked_ref()));
            picture.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            picture.set_src(&crate::paths::at(&path::media(file.id, Media::Full)));
        }
        None => failed.set(true),
    });
    // The callbacks live as long as the stage.
    let _keep = StoredValue::new_local((on_load, on_error));
    on_cleanup(move || {
        let _ = picture.try_update_value(|picture| {
            if let Some(picture) = picture.take() {
                picture.set_onload(None);
                picture.set_onerror(None);
            }
        });
    });
    picture
}

/// What fingers, or a mouse, do.
enum Gesture {
    Move(f64, f64),
    Pinch(f64, (f64, f64)),
}

/// A finger, where it is, and how far it came.
#[derive(Clone, Copy)]
struct Finger {
    id: i32,
    at: (f64, f64),
    way: f64,
}

/// The fingers that are down.
#[derive(Clone, Copy)]
struct Fingers(StoredValue<Vec<Finger>>);

impl Fingers {
    fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    fn down(self, id: i32, at: (f64, f64)) {
        self.0.update_value(|all| {
            all.retain(|finger| finger.id != id);
            // A second finger makes it no click any more.
            let way = if all.is_empty() { 0.0 } else { f64::INFINITY };
            all.push(Finger { id, at, way });
        });
    }

    fn moved(self, id: i32, to: (f64, f64)) -> Option<Gesture> {
        let mut gesture = None;
        self.0.update_value(|all| {
            let Some(i) = all.iter().position(|finger| finger.id == id) else { return };
            let from = all[i].at;
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            all[i].at = to;
            all[i].way += dx.hypot(dy);
            gesture = match all.iter().find(|finger| finger.id != id) {
                None => Some(Gesture::Move(dx, dy)),
                Some(other) => {
                    let apart = |at: (f64, f64)| (at.0 - other.at.0).hypot(at.1 - other.at.1).max(1.0);
                    let middle = (f64::midpoint(to.0, other.at.0), f64::midpoint(to.1, other.at.1));
                    Some(Gesture::Pinch(apart(to) / apart(from), middle))
                }
            };
        });
        gesture
    }

    /// Whether it was a click.
    fn up(self, id: i32) -> bool {
        let mut click = false;
        self.0.update_value(|all| {
            click = all.iter().any(|finger| finger.id == id && finger.way < CLICK);
            all.retain(|finger| finger.id != id);
        });
        click
    }
}
