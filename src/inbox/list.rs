//! The virtual list: only the rows near the opening are drawn, however many there are.

use leptos::{ev, prelude::*};

use super::{row::Row, select};
use crate::{
    app::portal,
    paths, platform,
    text::{inbox as words, t},
    ui::window::Window,
};

/// Height of a row, in pixels: `--row` in `tokens.css`.
pub const ROW: f64 = 60.0;
/// Rows are asked for when scrolling rests this long, in milliseconds: what flies by is not.
const REST: u32 = 50;

/// The rows.
#[component]
pub fn TaskList() -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let opening = NodeRef::<leptos::html::Div>::new();
    let height = RwSignal::new(800.0);
    let window_of =
        move |offset: f64| Window { total: inbox.total.get().unwrap_or(0), row: ROW, view: height.get(), offset };
    let drawn = Memo::new(move |_| window_of(inbox.scroll.get()).drawn());
    let watch = StoredValue::new_local(None::<platform::SizeWatch>);
    Effect::new(move |_| {
        let Some(element) = opening.get() else { return };
        height.set(f64::from(element.client_height()));
        let seen = element.clone();
        watch.set_value(platform::SizeWatch::new(&element, move || {
            let _ = height.try_set(f64::from(seen.client_height()));
        }));
    });
    // Coming back, jumping to a row, or a new list: the element follows the number. Its own scrolling changes nothing here.
    // Asking the element where it is makes the browser lay out the rows that were just changed: only asked when it may be elsewhere.
    let at = StoredValue::new((f64::NAN, None));
    Effect::new(move |_| {
        let wanted = inbox.scroll.get();
        let total = inbox.total.get();
        if let Some(element) = opening.get()
            && at.get_value() != (wanted, total)
            && (f64::from(element.scroll_top()) - wanted).abs() >= 1.0
        {
            #[expect(clippy::cast_possible_truncation, reason = "browsers clamp far below that")]
            element.set_scroll_top(wanted as i32);
        }
    });
    Effect::new(move |_| {
        let rows = drawn.get();
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if drawn.try_get_untracked().as_ref() == Some(&rows) {
                inbox.ensure(portal, rows);
            }
        });
    });
    // Before the other keys: with Shift and Ctrl some of them select.
    select::keys(portal, window_of);
    keyboard(window_of);
    view! {
        <div
            class="rows" node_ref=opening role="grid" tabindex="0" aria-label=t(words::LIST) aria-multiselectable="true"
            aria-rowcount=move || inbox.total.get().unwrap_or(0).to_string()
            aria-activedescendant=move || inbox.selected.get().map(|index| format!("row-{index}"))
            on:scroll=move |_| {
                if let Some(element) = opening.get_untracked() {
                    let now = f64::from(element.scroll_top());
                    at.set_value((now, inbox.total.get_untracked()));
                    inbox.scroll.set(now);
                }
            }
        >
            <div class="canvas" role="presentation" style:height=move || platform::fixed(window_of(0.0).height(), 0) + "px">
                <For each=move || drawn.get() key=|index| *index children=move |index| view! { <Row index/> }/>
            </div>
        </div>
    }
}

/// Keys: `j`/`k` and arrows move, Enter opens, `o` opens in Diffgram.
fn keyboard(window_of: impl Fn(f64) -> Window + Copy + 'static) {
    let portal = portal();
    let inbox = portal.inbox;
    let listener = window_event_listener(ev::keydown, move |event| {
        if platform::is_typing() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented()
        {
            return;
        }
        let on_a_control =
            document().active_element().is_some_and(|element| matches!(element.tag_name().as_str(), "A" | "BUTTON"));
        let here = inbox.selected.get_untracked();
        let last = inbox.total.get_untracked().unwrap_or(0).saturating_sub(1);
        let wanted = match event.key().as_str() {
            "j" | "ArrowDown" => Some(here.map_or(0, |index| (index + 1).min(last))),
            "k" | "ArrowUp" => Some(here.map_or(0, |index| index.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(last),
            "Enter" if !on_a_control => {
                if let Some(row) = here.and_then(|index| inbox.row(index)) {
                    portal.route.go(&paths::task(row.id, None));
                }
                None
            }
            "o" => {
                if let Some(link) = here.and_then(|index| document().get_element_by_id(&format!("open-{index}"))) {
                    use wasm_bindgen::JsCast;
                    if let Ok(link) = link.dyn_into::<web_sys::HtmlElement>() {
                        link.click();
                    }
                }
                None
            }
            _ => return,
        };
        if let Some(index) = wanted {
            event.prevent_default();
            inbox.selected.set(Some(index));
            if let Some(offset) = window_of(inbox.scroll.get_untracked()).reveal(index) {
                inbox.scroll.set(offset);
            }
        }
    });
    on_cleanup(move || listener.remove());
}
