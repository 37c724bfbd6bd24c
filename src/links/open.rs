//! `/open?to=…&first=…`: goes on to a link into Diffgram, after what Diffgram needs first. That is done in a window of its own, so
//! that this tab remembers where to go: Diffgram's sign-in forgets it, and some of its pages show nothing before the browser has
//! been told the project. No page may look into another origin's, so what tells that it is done is that people come back.

use leptos::{ev, prelude::*};
use portal_model::permalink;

use super::{diffgram, first_click, login};
use crate::{
    app::{Portal, portal},
    platform,
    text::{links as w, t},
    ui::notice::{Kind, notice, to_tasks, wait},
};

/// Whether the window was closed is looked at so often, in milliseconds.
const LOOK: u32 = 400;
/// Coming back sooner than this is no coming back: browsers hand the focus around when a window opens. In milliseconds.
const SOON: f64 = 1_000.0;

/// What comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
enum First {
    /// Diffgram's sign-in.
    SignIn(String),
    /// A page that tells Diffgram the project.
    Project(String),
}

/// The page.
#[component]
pub fn OpenPage() -> impl IntoView {
    let portal = portal();
    let origin = diffgram(portal);
    // Whoever made the address: only links that the portal itself makes are gone to.
    let checked = |name: &str| {
        portal
            .route
            .parameter(name)
            .filter(|link| origin.as_ref().is_some_and(|origin| permalink::is_ours(origin, link)))
    };
    document().set_title(t(w::OPEN_TITLE));
    let Some(to) = checked("to") else {
        let words = vec![t(w::OPEN_WRONG_WORDS).to_owned()];
        return notice(Kind::Inside, t(w::OPEN_WRONG_TITLE), words, vec![to_tasks()]);
    };
    let signin = login(portal).filter(|_| !first_click::is_done(portal)).map(First::SignIn);
    let project = checked("first").map(First::Project);
    let steps: Vec<First> = signin.into_iter().chain(project).collect();
    if steps.is_empty() {
        // In the place of this page: back leads to where one came from.
        let _ = platform::location().replace(&to);
        return wait(Kind::Inside, t(w::OPEN_TITLE));
    }
    let at = RwSignal::new(0_usize);
    let steps = StoredValue::new(steps);
    move_on(portal, at, steps, to)
}

/// One step after the other, then there.
fn move_on(portal: Portal, at: RwSignal<usize>, steps: StoredValue<Vec<First>>, to: String) -> AnyView {
    let to = StoredValue::new(to);
    let next = move || {
        let done = steps.with_value(|steps| steps.get(at.get_untracked()).cloned());
        if matches!(done, Some(First::SignIn(_))) {
            first_click::done(portal);
        }
        if at.get_untracked() + 1 < steps.with_value(Vec::len) {
            at.update(|at| *at += 1);
        } else {
            let _ = platform::location().replace(&to.get_value());
        }
    };
    (move || {
        let step = steps.with_value(|steps| steps.get(at.get()).cloned());
        step.map(|step| view! { <Step step next=Callback::new(move |()| next())/> })
    })
    .into_any()
}

/// A window that was opened for a step, and when.
struct Opened {
    window: web_sys::Window,
    at: f64,
}

/// One step: why, the window that does it, and the way on.
#[component]
fn Step(step: First, next: Callback<()>) -> impl IntoView {
    let (title, words, button, on, url) = match step {
        First::SignIn(url) => (w::OPEN_TITLE, w::OPEN_WORDS, w::OPEN_SIGNIN, w::OPEN_SIGNED_IN, url),
        First::Project(url) => (w::OPEN_PROJECT_TITLE, w::OPEN_PROJECT_WORDS, w::OPEN_PROJECT, w::OPEN_GO_ON, url),
    };
    let opened = StoredValue::new_local(None::<Opened>);
    let waits = RwSignal::new(false);
    let href = url.clone();
    let go_on = move || {
        let _ = opened.try_update_value(|opened| {
            if let Some(opened) = opened.take() {
                // Closed by whoever is there already, or cut off by a policy of its page: nothing to do then.
                let _ = opened.window.close();
            }
        });
        next.run(());
    };
    let open = move |event: web_sys::MouseEvent| {
        // Without a window of ours it is a link like any other, and the button leads on.
        let Ok(Some(window)) =
            window().open_with_url_and_target_and_features("", "_blank", "popup,width=560,height=720")
        else {
            return waits.set(true);
        };
        event.prevent_default();
        // Its pages are not ours: they must not reach this one.
        let _ = window.set_opener(&wasm_bindgen::JsValue::NULL);
        let _ = window.location().set_href(&href);
        opened.set_value(Some(Opened { window, at: platform::now() }));
        waits.set(true);
        leptos::task::spawn_local(async move {
            loop {
                platform::sleep(LOOK).await;
                let closed = opened.try_with_value(|opened| opened.as_ref().map(|opened| opened.window.closed()));
                match closed {
                    Some(Some(Ok(false))) => {}
                    // A window that only looks closed, because a page in it cut itself off, has the focus.
                    Some(Some(Ok(true))) if document().has_focus().unwrap_or(false) => return go_on(),
                    Some(Some(Ok(true))) => {}
                    _ => return,
                }
            }
        });
    };
    let back = window_event_listener(ev::focus, move |_| {
        let ready =
            opened.try_with_value(|opened| opened.as_ref().is_some_and(|opened| platform::now() - opened.at > SOON));
        if ready == Some(true) {
            go_on();
        }
    });
    on_cleanup(move || back.remove());
    let way = vec![
        view! { <a class="btn primary" href=url target="_blank" rel="noopener" on:click=open>{t(button)}</a> }
            .into_any(),
        view! { <button type="button" class="btn" on:click=move |_| go_on()>{t(on)}</button> }.into_any(),
        view! { <p class="quiet" role="status">{move || waits.get().then(|| t(w::OPEN_WAITS))}</p> }.into_any(),
    ];
    notice(Kind::Inside, t(title), vec![t(words).to_owned()], way)
}
