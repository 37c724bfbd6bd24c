//! The virtual list: only the rows near the opening are drawn, however many there are.

use leptos::{ev, prelude::*};

use super::{Go, columns::Columns, row::Row, select};
use crate::{
    app::portal,
    areas,
    links::Part,
    paths, platform,
    text::{inbox as words, t},
    ui::density::Density,
};

/// Rows are asked for when scrolling rests this long, in milliseconds: what flies by is not.
const REST: u32 = 50;

/// The rows.
#[component]
pub fn TaskList(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let opening = NodeRef::<leptos::html::Div>::new();
    let head = NodeRef::<leptos::html::Div>::new();
    let drawn = Memo::new(move |_| inbox.window().drawn());
    let watch = StoredValue::new_local(None::<platform::SizeWatch>);
    Effect::new(move |_| {
        let Some(element) = opening.get() else { return };
        let seen = element.clone();
        // The heads of columns stay over the rows; where it is narrow there are none.
        let room = move || {
            let head = head.get_untracked().map_or(0, |head| head.offset_height());
            f64::from(seen.client_height() - head)
        };
        inbox.room.set(room());
        watch.set_value(platform::SizeWatch::new(&element, move || {
            let _ = inbox.room.try_set(room());
        }));
    });
    // Coming back, jumping to a row, or a new list: the element follows the number. Its own scrolling changes nothing here.
    // Asking the element where it is makes the browser lay out the rows that were just changed: only asked when it may be elsewhere.
    let at = StoredValue::new((f64::NAN, None, Density::default()));
    Effect::new(move |_| {
        let wanted = (inbox.scroll.get(), inbox.total.get(), inbox.density.get());
        let scroll = wanted.0;
        if let Some(element) = opening.get()
            && at.get_value() != wanted
            && (f64::from(element.scroll_top()) - scroll).abs() >= 1.0
        {
            #[expect(clippy::cast_possible_truncation, reason = "browsers clamp far below that")]
            element.set_scroll_top(scroll as i32);
        }
    });
    Effect::new(move |_| {
        inbox.stale.track();
        let rows = drawn.get();
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if drawn.try_get_untracked().as_ref() == Some(&rows) {
                inbox.ensure(portal, rows);
            }
        });
    });
    // Before the other keys: with Shift and Ctrl some of them select.
    select::keys(portal);
    keyboard();
    view! {
        <div
            class="rows" node_ref=opening role="grid" tabindex="0" aria-label=t(words::LIST) aria-multiselectable="true"
            aria-rowcount=Signal::derive(move || inbox.total.get().unwrap_or(0).to_string())
            aria-activedescendant=Signal::derive(move || inbox.selected.get().map(|index| format!("row-{index}")))
            on:scroll=move |_| {
                if let Some(element) = opening.get_untracked() {
                    let now = f64::from(element.scroll_top());
                    at.set_value((now, inbox.total.get_untracked(), inbox.density.get_untracked()));
                    inbox.scroll.set(now);
                    // At the top there is nothing to announce.
                    if now < 1.0 && inbox.fresh.get_untracked() > 0 {
                        inbox.show_new(portal);
                    }
                }
            }
        >
            <Columns head go/>
            <div class="canvas" role="presentation" style:height=Signal::derive(move || platform::fixed(inbox.window().height(), 0) + "px")>
                <For each=move || drawn.get() key=|index| *index children=move |index| view! { <Row index/> }/>
            </div>
        </div>
    }
}

/// Keys: `j`/`k` and arrows move, Enter opens, `o` opens in Diffgram.
fn keyboard() {
    let portal = portal();
    let inbox = portal.inbox;
    let listener = window_event_listener(ev::keydown, move |event| {
        if platform::is_typing()
            || platform::is_asking()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || event.default_prevented()
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
            "c" | "C" => {
                if let Some(row) = here.and_then(|index| inbox.row(index)) {
                    areas::of_links(Part::Copy(portal, Box::new(row), event.shift_key()));
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
            if let Some(offset) = untrack(|| inbox.window()).reveal(index) {
                inbox.scroll.set(offset);
            }
        }
    });
    on_cleanup(move || listener.remove());
}
