//! Starts a sign-in by hand.

use leptos::prelude::*;

use crate::{
    app::portal,
    paths, platform,
    session::SessionState,
    text::{app, t},
};

/// Signs in and comes back here, or to the tasks.
#[component]
pub fn SigninButton(#[prop(optional)] home: bool) -> impl IntoView {
    let portal = portal();
    let busy = RwSignal::new(false);
    let start = move |_| {
        let here = platform::here();
        let from_signin = here.starts_with("/signin") || home;
        let to = if from_signin { paths::INBOX.to_owned() } else { here };
        busy.set(true);
        leptos::task::spawn_local(async move {
            crate::session::by_button(portal, to).await;
            let _ = busy.try_set(false);
            if let Some(SessionState::Stopped(Some(failure))) = portal.session.try_get_untracked() {
                portal.say(failure.words());
            }
        });
    };
    view! { <p><button type="button" class="btn primary" on:click=start disabled=move || busy.get()>{t(app::SIGN_IN)}</button></p> }
}
