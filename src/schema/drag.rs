//! Rows that are dragged by a grip, with mouse, pen or finger. Everything that dragging does a button does too.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// So near its edges, in pixels, a list scrolls while something is dragged over it.
const EDGE: f64 = 36.0;
/// By so many pixels for each move.
const SCROLL: i32 = 14;

/// Where on a row something would be let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its upper part.
    Before,
    /// Its middle.
    On,
    /// Its lower part.
    After,
}

/// What is dragged in one list.
#[derive(Clone, Copy)]
pub struct Drag {
    /// What is dragged, by its key.
    pub what: RwSignal<Option<String>>,
    /// Over which row.
    pub over: RwSignal<Option<(String, Part)>>,
}

impl Drag {
    /// Over rows with `data-key` within an element that this selector finds. `into`: whether a row has a middle to be let go on.
    pub fn new(list: &'static str, into: bool, dropped: impl Fn(String, String, Part) + Copy + 'static) -> Self {
        let drag = Self { what: RwSignal::new(None), over: RwSignal::new(None) };
        let moving = move |event: &web_sys::PointerEvent| {
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
            let under = document().element_from_point(x as f32, y as f32);
            let row = under.and_then(|element| element.closest(&format!("{list} [data-key]")).ok().flatten());
            let over = row.and_then(|row| {
                if let Some(scrolls) = row.closest(list).ok().flatten() {
                    let area = scrolls.get_bounding_client_rect();
                    if y < area.top() + EDGE {
                        scrolls.set_scroll_top(scrolls.scroll_top() - SCROLL);
                    } else if y > area.bottom() - EDGE {
                        scrolls.set_scroll_top(scrolls.scroll_top() + SCROLL);
                    }
                }
                let area = row.get_bounding_client_rect();
                let share = (y - area.top()) / area.height().max(1.0);
                Some((row.get_attribute("data-key")?, part(share, into)))
            });
            if drag.over.with_untracked(|known| *known != over) {
                drag.over.set(over);
            }
        };
        let listeners = [
            window_event_listener(ev::pointermove, move |event| {
                if drag.what.with_untracked(Option::is_some) {
                    event.prevent_default();
                    moving(&event);
                }
            }),
            window_event_listener(ev::pointerup, move |_| {
                let Some(what) = drag.what.get_untracked() else { return };
                let over = drag.over.get_untracked();
                drag.end();
                if let Some((over, part)) = over.filter(|(over, _)| *over != what) {
                    dropped(what, over, part);
                }
            }),
            window_event_listener(ev::pointercancel, move |_| drag.end()),
            window_event_listener(ev::keydown, move |event| {
                if event.key() == "Escape" {
                    drag.end();
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
        drag
    }

    fn end(self) {
        if self.what.with_untracked(Option::is_some) {
            self.what.set(None);
            self.over.set(None);
        }
    }

    /// The grip was pressed.
    pub fn begin(self, event: &web_sys::PointerEvent, key: String) {
        if event.button() == 0 {
            event.prevent_default();
            // A finger holds what it touched first: let go, so that it is known what it is over.
            if let Some(grip) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
                let _ = grip.release_pointer_capture(event.pointer_id());
            }
            self.what.set(Some(key));
        }
    }

    /// How a row is marked.
    pub fn mark(self, key: &str) -> Option<&'static str> {
        self.over.with(|over| match over {
            Some((over, part)) if over == key => Some(match part {
                Part::Before => "before",
                Part::On => "on",
                Part::After => "after",
            }),
            _ => None,
        })
    }
}

fn part(share: f64, into: bool) -> Part {
    match share {
        share if into && (0.25..0.75).contains(&share) => Part::On,
        share if share < 0.5 => Part::Before,
        _ => Part::After,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_can_hold_others_has_a_middle() {
        assert_eq!([0.1, 0.5, 0.9].map(|share| part(share, true)), [Part::Before, Part::On, Part::After]);
        assert_eq!([0.1, 0.49, 0.5].map(|share| part(share, false)), [Part::Before, Part::Before, Part::After]);
    }
}
