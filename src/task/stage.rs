//! The stage: a picture with what is drawn on it.

use leptos::prelude::*;
use portal_model::{
    api::{Media, path},
    file::FileSummary,
};
use wasm_bindgen::{JsCast, closure::Closure};

use super::{
    Shown,
    draw::{self, Place},
};
use crate::{
    platform::SizeWatch,
    text::{t, t_with, task as words},
};

/// A canvas that is as large as its place on the screen, in the screen's own pixels.
#[derive(Clone, Copy)]
pub struct Surface {
    /// The element.
    pub canvas: NodeRef<leptos::html::Canvas>,
    /// Counts up when its size changes.
    pub resized: RwSignal<u32>,
    watch: StoredValue<Option<SizeWatch>, LocalStorage>,
}

impl Surface {
    /// Watches the size of the element that will be shown.
    pub fn new() -> Self {
        let surface = Self { canvas: NodeRef::new(), resized: RwSignal::new(0), watch: StoredValue::new_local(None) };
        Effect::new(move |_| {
            if let Some(canvas) = surface.canvas.get() {
                let resized = surface.resized;
                surface.watch.set_value(SizeWatch::new(&canvas, move || {
                    let _ = resized.try_update(|n| *n += 1);
                }));
            }
        });
        surface
    }

    /// A cleared canvas: context, width, height, and canvas pixels for one of the page's.
    pub fn begin(self) -> Option<(web_sys::CanvasRenderingContext2d, f64, f64, f64)> {
        let canvas = self.canvas.get_untracked()?;
        let unit = window().device_pixel_ratio().max(1.0);
        let (width, height) = (f64::from(canvas.client_width()) * unit, f64::from(canvas.client_height()) * unit);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of a screen")]
        let (w, h) = (width.round() as u32, height.round() as u32);
        if canvas.width() != w || canvas.height() != h {
            canvas.set_width(w);
            canvas.set_height(h);
        }
        let context = canvas.get_context("2d").ok().flatten()?.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()?;
        context.clear_rect(0.0, 0.0, width, height);
        Some((context, width, height, unit))
    }
}

/// A picture.
#[component]
pub fn PictureStage(file: FileSummary, shown: Shown) -> impl IntoView {
    let surface = Surface::new();
    let (loaded, failed) = (RwSignal::new(false), RwSignal::new(false));
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
            picture.set_src(&path::media(file.id, Media::Full));
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
    let (width, height) = (file.width, file.height);
    Effect::new(move |_| {
        surface.resized.track();
        let drawn = (shown.annotations.get(), shown.labels.get(), shown.predictions.get(), shown.pointed.get());
        if !loaded.get() {
            return;
        }
        let Some((context, canvas_width, canvas_height, unit)) = surface.begin() else { return };
        picture.with_value(|picture| {
            let Some(picture) = picture else { return };
            // Annotations are in pixels of the stored picture, which Diffgram knows; a browser may turn it by its EXIF data.
            let natural = (f64::from(picture.natural_width()), f64::from(picture.natural_height()));
            let stored = (width.map_or(natural.0, f64::from), height.map_or(natural.1, f64::from));
            let place = Place::fit(stored, (canvas_width, canvas_height));
            let (w, h) = (stored.0 * place.scale, stored.1 * place.scale);
            let _ = context.draw_image_with_html_image_element_and_dw_and_dh(picture, place.x, place.y, w, h);
            draw::all(&context, place, unit, &drawn.0, &drawn.1, drawn.2, drawn.3);
        });
    });
    let label = t_with(words::PICTURE_OF, &[("name", &file.name)]);
    view! {
        <Show when=move || !failed.get() fallback=Failed>
            <div class="stage-fit"><canvas node_ref=surface.canvas role="img" aria-label=label.clone() data-drawn=move || loaded.get().to_string()></canvas></div>
        </Show>
    }
}

/// The picture did not come.
#[component]
pub fn Failed() -> impl IntoView {
    view! { <div class="nothing" role="alert"><strong>{t(words::PICTURE_FAILED)}</strong><p>{t(words::PICTURE_FAILED_WORDS)}</p></div> }
}

/// A kind of file that is not shown here.
#[component]
pub fn NoPreview() -> impl IntoView {
    view! { <div class="nothing"><strong>{t(words::NO_PREVIEW)}</strong><p>{t(words::NO_PREVIEW_WORDS)}</p></div> }
}
