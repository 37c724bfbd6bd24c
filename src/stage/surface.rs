//! A canvas that is as large as its place on the screen, in the screen's own pixels.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{
    Shown,
    crowd::Crowd,
    draw::{self, Place, Seen},
};
use crate::platform::{self, SizeWatch};

/// The canvas.
#[derive(Clone, Copy)]
pub struct Surface {
    /// The element.
    pub canvas: NodeRef<leptos::html::Canvas>,
    /// Counts up when its size changes.
    pub resized: RwSignal<u32>,
    watch: StoredValue<Option<SizeWatch>, LocalStorage>,
    crowd: StoredValue<Crowd, LocalStorage>,
    /// A frame is waited for.
    waits: StoredValue<bool>,
}

impl Surface {
    /// Watches the size of the element that will be shown.
    pub fn new() -> Self {
        let surface = Self {
            canvas: NodeRef::new(),
            resized: RwSignal::new(0),
            watch: StoredValue::new_local(None),
            crowd: StoredValue::new_local(Crowd::default()),
            waits: StoredValue::new(false),
        };
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

    /// Canvas pixels for one of the page's.
    pub fn unit() -> f64 {
        window().device_pixel_ratio().max(1.0)
    }

    /// Width and height in canvas pixels.
    pub fn size(self) -> Option<(f64, f64)> {
        let canvas = self.canvas.get_untracked()?;
        let unit = Self::unit();
        Some((f64::from(canvas.client_width()) * unit, f64::from(canvas.client_height()) * unit))
    }

    /// Where the pointer is, in canvas pixels.
    pub fn point(self, event: &web_sys::MouseEvent) -> Option<(f64, f64)> {
        let area = self.canvas.get_untracked()?.get_bounding_client_rect();
        let unit = Self::unit();
        Some(((f64::from(event.client_x()) - area.left()) * unit, (f64::from(event.client_y()) - area.top()) * unit))
    }

    /// Draws before the next frame is shown, once, however often it is asked to until then.
    pub fn soon(self, draw: impl FnOnce() + 'static) {
        if self.waits.get_value() {
            return;
        }
        self.waits.set_value(true);
        leptos::task::spawn_local(async move {
            platform::next_frame().await;
            // Not when the stage has gone meanwhile.
            if self.waits.try_set_value(false).is_none() {
                draw();
            }
        });
    }

    /// Draws what is shown; the marked one stands out.
    pub fn annotations(self, context: &web_sys::CanvasRenderingContext2d, place: Place, shown: Shown) {
        let Some(room) = self.size() else { return };
        let (view, marked) = (shown.view.get_untracked(), untrack(|| shown.marked()));
        let (annotations, outcomes) = (shown.annotations.read_untracked(), shown.outcomes.read_untracked());
        // They come a little later than what they are about.
        let outcomes = if outcomes.len() == annotations.len() { outcomes.as_slice() } else { &[] };
        let marked = marked.and_then(|i| {
            let annotation = annotations.get(i).filter(|annotation| view.hides(annotation).is_none())?;
            Some(Seen { annotation, outcome: outcomes.get(i).copied().flatten() })
        });
        let seen = draw::seen(&annotations, outcomes, &view, place, room);
        shown.labels.with_untracked(|labels| {
            self.crowd.update_value(|crowd| crowd.draw(context, room, place, Self::unit(), &seen, labels, marked));
        });
    }

    /// A cleared canvas: context, width, height, and canvas pixels for one of the page's.
    pub fn begin(self) -> Option<(web_sys::CanvasRenderingContext2d, f64, f64, f64)> {
        let canvas = self.canvas.get_untracked()?;
        let (width, height) = self.size()?;
        let context = cleared(&canvas, (width, height))?;
        Some((context, width, height, Self::unit()))
    }
}

/// A canvas of this size in its own pixels, cleared.
pub fn cleared(
    canvas: &web_sys::HtmlCanvasElement,
    (width, height): (f64, f64),
) -> Option<web_sys::CanvasRenderingContext2d> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of a screen")]
    let (w, h) = (width.round() as u32, height.round() as u32);
    if canvas.width() != w || canvas.height() != h {
        canvas.set_width(w);
        canvas.set_height(h);
    }
    let context = canvas.get_context("2d").ok().flatten()?.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()?;
    context.clear_rect(0.0, 0.0, width, height);
    Some(context)
}
