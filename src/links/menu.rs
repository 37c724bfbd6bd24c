//! What the button of links opens: the two links to copy, and the ways into Diffgram, each with what will happen.

use leptos::{html, prelude::*};
use portal_model::{links::Landing, permalink::DiffgramOrigin};
use wasm_bindgen::JsCast;

use super::{
    choices::{Choice, diffgram_link, groups, portal_link, task_of},
    copy, diffgram, whole,
};
use crate::{
    app::portal,
    platform,
    text::{links as w, t, t_with},
    ui::links::{About, Asked},
};

/// Its width, in pixels, where the window is wide enough.
const WIDTH: f64 = 400.0;
/// What stays free around it, in pixels.
const EDGE: f64 = 8.0;
/// Below the button there must be so much room, in pixels, else it opens above.
const ROOM: f64 = 340.0;

/// A button that is pressed so soon after the card was closed is the one that closed it, in milliseconds.
const AGAIN: f64 = 400.0;

/// Where it is: left, top and bottom (one of them), width, and the largest height.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    left: f64,
    top: Option<f64>,
    bottom: Option<f64>,
    width: f64,
    most: f64,
}

/// Beside a button, within a window of this size. Pure.
fn place([left, top, right, bottom]: [f64; 4], (width, height): (f64, f64), from_right: bool) -> Place {
    let own = WIDTH.min(width - 2.0 * EDGE);
    let wanted = if from_right { left } else { right - own };
    let left = wanted.clamp(EDGE, (width - own - EDGE).max(EDGE));
    let (below, above) = (height - bottom - 2.0 * EDGE, top - 2.0 * EDGE);
    if below >= ROOM.min(height / 2.0) || below >= above {
        Place { left, top: Some(bottom + EDGE / 2.0), bottom: None, width: own, most: below.max(0.0) }
    } else {
        Place { left, top: None, bottom: Some(height - top + EDGE / 2.0), width: own, most: above }
    }
}

/// Opens and closes what is in the browser's top layer; older browsers have none, and show it in its place.
fn popover(element: &web_sys::HtmlElement, method: &str) {
    let call = js_sys::Reflect::get(element, &method.into()).ok();
    if let Some(call) = call.and_then(|call| call.dyn_into::<js_sys::Function>().ok()) {
        // Refused when it is open, or closed, already.
        let _ = call.call0(element);
    }
}

/// The card. Stays in the page once it was asked for; shown while something is asked.
#[component]
pub fn Menu() -> impl IntoView {
    let portal = portal();
    let links = portal.links;
    let card = NodeRef::<html::Div>::new();
    let at = Memo::new(move |_| {
        let from_right = document().dir() == "rtl";
        links.with(|asked| asked.as_ref().map(|asked| place(asked.at, platform::window_size(), from_right)))
    });
    // When it was closed last, and from where: pressing its button closes it first and would open it again.
    let closed_at = StoredValue::new((0.0, [0.0; 4]));
    Effect::new(move |_| {
        let (now, (then, from)) = (platform::now(), closed_at.get_value());
        if links.with(|asked| asked.as_ref().is_some_and(|asked| asked.at == from)) && now - then < AGAIN {
            return links.set(None);
        }
        let (Some(card), asked) = (card.get(), links.with(Option::is_some)) else { return };
        let element: web_sys::HtmlElement = card.into();
        if asked {
            popover(&element, "showPopover");
            // Its first button is where one goes on.
            if let Some(first) = element.query_selector("button, a[href]").ok().flatten()
                && let Ok(first) = first.dyn_into::<web_sys::HtmlElement>()
            {
                let _ = first.focus();
            }
        } else {
            popover(&element, "hidePopover");
        }
    });
    // Another page is another thing.
    let address = portal.route.address();
    Effect::new(move |before: Option<()>| {
        address.track();
        if before.is_some() {
            links.set(None);
        }
    });
    let closed = move |event: web_sys::Event| {
        let state = js_sys::Reflect::get(&event, &"newState".into()).ok().and_then(|state| state.as_string());
        if state.as_deref() == Some("closed") {
            if let Some(at) = links.with_untracked(|asked| asked.as_ref().map(|asked| asked.at)) {
                closed_at.set_value((platform::now(), at));
            }
            links.set(None);
        }
    };
    let pixels = |n: f64| platform::fixed(n, 0) + "px";
    let side = move |side: fn(Place) -> Option<f64>| move || at.get().and_then(side).map_or("auto".to_owned(), pixels);
    view! {
        <div
            node_ref=card popover="auto" class="links-card" role="dialog" aria-labelledby="links-title"
            style:left=side(|place| Some(place.left)) style:top=side(|place| place.top) style:bottom=side(|place| place.bottom)
            style:width=side(|place| Some(place.width)) style:max-height=side(|place| Some(place.most))
            on:toggle=closed
        >
            {move || links.get().zip(diffgram(portal)).map(|(Asked { about, .. }, origin)| view! { <Ways about origin/> })}
        </div>
    }
}

/// All ways for a thing.
#[component]
fn Ways(about: About, origin: DiffgramOrigin) -> impl IntoView {
    let portal = portal();
    let own = portal_link(&about).map(|go| whole(&go.path()));
    let other = diffgram_link(&about).link(&origin);
    let task = task_of(&about);
    let title = t_with(w::OF, &[("name", about.name())]);
    let origin = StoredValue::new(origin);
    view! {
        <h2 id="links-title"><bdi>{title}</bdi></h2>
        <div class="links-copy">
            {own.map(|link| view! {
                <button type="button" class="btn" on:click=move |_| copy::say(portal, link.clone(), w::COPIED)>{t(w::COPY)}</button>
            })}
            {other.map(|link| view! {
                <button type="button" class="btn" on:click=move |_| copy::say(portal, link.clone(), w::COPIED_DIFFGRAM)>{t(w::COPY_DIFFGRAM)}</button>
            })}
        </div>
        <p class="quiet">{t(w::COPY_WORDS)}</p>
        {groups(&about).into_iter().map(|group| view! {
            <section>
                <h3>{t(group.title)}</h3>
                <ul class="ways">
                    {group.choices.into_iter().map(|choice| origin.with_value(|origin| way(choice, task, origin))).collect_view()}
                </ul>
            </section>
        }).collect_view()}
    }
}

/// Two sheets, one over the other.
#[component]
fn Two() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" aria-hidden="true">
            <rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 3.5v-.5a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h.5"/>
        </svg>
    }
}

/// One way: a link, or why there is none.
fn way(choice: Choice, task: Option<portal_model::id::TaskId>, origin: &DiffgramOrigin) -> AnyView {
    let portal = portal();
    let Choice { name, words, target } = choice;
    let Some((target, link)) = target.and_then(|target| target.link(origin).map(|link| (target, link))) else {
        return view! { <li><span><span class="off" role="link" aria-disabled="true"><bdi>{name}</bdi></span><small>{words}</small></span></li> }
            .into_any();
    };
    // What Diffgram needs first is done by a page of ours.
    let href = match target.first(task).and_then(|first| first.link(origin)) {
        Some(first) => Landing::Open { to: link.clone(), first: Some(first) }.path(),
        None => link.clone(),
    };
    let copy_name = t_with(w::COPY_OF, &[("name", &name)]);
    view! {
        <li>
            <span><a href=href target="_blank" rel="noopener"><bdi>{name}</bdi></a><small>{words}</small></span>
            <button type="button" class="btn quietly" aria-label=copy_name.clone() title=copy_name
                on:click=move |_| copy::say(portal, link.clone(), w::COPIED_DIFFGRAM)><Two/></button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_stays_in_the_window_and_off_its_button() {
        for (width, height) in [(1440.0, 900.0), (360.0, 640.0), (320.0, 256.0)] {
            for x in [0.0, width / 2.0, width - 30.0] {
                for y in [0.0, height / 2.0, height - 30.0] {
                    for from_right in [false, true] {
                        let button = [x, y, x + 30.0, y + 30.0];
                        let place = place(button, (width, height), from_right);
                        assert!(place.left >= EDGE && place.left + place.width <= width - EDGE + 0.5, "{place:?}");
                        match (place.top, place.bottom) {
                            (Some(top), None) => assert!(top >= y + 30.0 && top + place.most <= height, "{place:?}"),
                            (None, Some(bottom)) => {
                                assert!(height - bottom <= y && height - bottom - place.most >= 0.0, "{place:?}");
                            }
                            other => panic!("{other:?}"),
                        }
                        assert!(place.most >= 90.0, "{place:?} in {width} × {height}");
                    }
                }
            }
        }
    }
}
