//! Nobody is signed in inside the frame: the host is asked for a token, once; a button opens the window in which people sign in.
//! Every step is taken once by itself and then by a click, so that nothing goes round in circles.

use leptos::{ev, prelude::*};
use portal_model::{
    api::{
        Session, SignedOut,
        embed::{EmbedHost, Redeem},
        path,
    },
    embed::{ErrorCode, FromFrame, FromPopup, ToFrame},
    problem::{Problem, ProblemType},
};
use wasm_bindgen::JsValue;

use super::{around, host::Host};
use crate::{
    api::{self, Failure},
    app::Portal,
    paths, platform,
    session::{self, SessionState},
    text::{app, embed as words, session as session_words, t, t_with},
    ui::notice::{Kind, notice, request, wait},
};

/// A host that mints tokens answers within this, in milliseconds; later ones are taken too.
const PATIENCE: u32 = 1_500;
/// Size of the window.
const FEATURES: &str = "popup,width=520,height=720";

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// The host was asked for a token.
    Asking,
    /// A button signs in.
    Offering,
    /// The session ended while something was shown.
    Ended,
    /// The window is open.
    InWindow,
    /// A token or ticket is being redeemed.
    Redeeming,
    /// It was refused.
    Refused,
    /// The browser keeps no cookies here.
    CookiesBlocked,
    /// The browser opens no window.
    WindowBlocked,
    /// The gateway could not be asked.
    Failed(Failure),
}

/// The way in.
#[derive(Clone, Copy)]
pub struct Gate {
    portal: Portal,
    /// The page around.
    around: Host,
    host: StoredValue<EmbedHost>,
    step: RwSignal<Step>,
    /// The host was asked by itself.
    asked: StoredValue<bool>,
    /// The host has sent a token before: a click asks it for another one.
    mints: StoredValue<bool>,
    opened: StoredValue<Option<web_sys::Window>, LocalStorage>,
}

impl Gate {
    /// For as long as the component that makes it is shown: listens to the host and to the window.
    pub fn new(portal: Portal, host: EmbedHost) -> Self {
        let around = Host::new(portal, host.clone());
        let gate = Self {
            portal,
            around,
            host: StoredValue::new(host),
            step: RwSignal::new(Step::Asking),
            asked: StoredValue::new(false),
            mints: StoredValue::new(false),
            opened: StoredValue::new_local(None),
        };
        let own = around::own_origin();
        let listener = window_event_listener(ev::message, move |event| {
            let origin = gate.host.with_value(|host| host.origin.clone());
            match around::parent().and_then(|parent| around::heard(&event, &origin, &parent)) {
                Some(ToFrame::Token { token }) => {
                    gate.mints.set_value(true);
                    gate.redeem(Redeem::Token(token));
                }
                Some(ToFrame::SignOut) => gate.leave(),
                Some(ToFrame::Hello { element }) => around.hello(element),
                Some(ToFrame::Look(look)) => around.look(look),
                Some(ToFrame::Go(go)) => around.go(&go),
                None => {}
            }
            let window: JsValue = gate.opened.with_value(|window| window.clone().map_or(JsValue::NULL, JsValue::from));
            if let Some(FromPopup::Ticket { ticket }) = around::heard(&event, &own, &window) {
                gate.redeem(Redeem::Ticket(ticket));
            }
        });
        on_cleanup(move || listener.remove());
        gate
    }

    fn say(self, message: FromFrame) {
        self.around.say(message);
    }

    /// Nobody is signed in.
    pub fn open(self, ended: bool) {
        if ended {
            self.say(FromFrame::SignedOut);
        }
        if self.asked.get_value() {
            // What stopped the last try stays to be read.
            if self.step.with_untracked(|step| matches!(step, Step::Redeeming)) {
                self.step.set(if ended { Step::Ended } else { Step::Offering });
            }
            return;
        }
        self.asked.set_value(true);
        if ended { self.step.set(Step::Ended) } else { self.ask() }
    }

    /// Asks the host for a token.
    fn ask(self) {
        self.step.set(Step::Asking);
        self.say(FromFrame::TokenNeeded);
        leptos::task::spawn_local(async move {
            platform::sleep(PATIENCE).await;
            if self.step.try_with_untracked(|step| *step == Step::Asking) == Some(true) {
                self.step.set(Step::Offering);
            }
        });
    }

    /// A click: the host mints tokens, or a window does it.
    fn enter(self) {
        if self.mints.get_value() { self.ask() } else { self.open_window() }
    }

    fn open_window(self) {
        let host = self.host.with_value(|host| host.id.clone());
        let opened = window().open_with_url_and_target_and_features(
            &paths::signin_window(&host),
            &format!("portal-signin-{host}"),
            FEATURES,
        );
        match opened.ok().flatten() {
            Some(window) => {
                self.opened.set_value(Some(window));
                self.step.set(Step::InWindow);
            }
            None => {
                self.around.fails(ErrorCode::PopupBlocked);
                self.step.set(Step::WindowBlocked);
            }
        }
    }

    /// The host's user is another one now: the session ends, and the page begins anew, so that nothing of the person is left.
    fn leave(self) {
        let portal = self.portal;
        if portal.session.with_untracked(|state| !matches!(state, SessionState::In(_))) {
            return;
        }
        portal.signing_out.set_value(true);
        leptos::task::spawn_local(async move {
            match api::send::<SignedOut>("DELETE", path::SESSION, None::<&()>).await {
                Ok(_) => drop(platform::location().replace(&paths::inbox())),
                Err(failure) => {
                    let _ = portal.signing_out.try_set_value(false);
                    portal.say(failure.words());
                }
            }
        });
    }

    /// Redeems what came, if anybody waits for it.
    fn redeem(self, pass: Redeem) {
        let waits = self.portal.session.with_untracked(|state| matches!(state, SessionState::Out { .. }));
        let busy = self.step.with_untracked(|step| matches!(step, Step::Redeeming | Step::CookiesBlocked));
        if !waits || busy {
            return;
        }
        self.step.set(Step::Redeeming);
        api::forget_early();
        leptos::task::spawn_local(async move {
            let next = match api::send::<()>("POST", path::SESSION, Some(&pass)).await {
                // Whether the browser kept the cookie shows only when it must send it.
                Ok(()) => match api::get_fresh::<Session>(path::SESSION).await {
                    Ok(_) => {
                        let _ = self.portal.session.try_set(SessionState::Loading);
                        return session::find_out(self.portal);
                    }
                    Err(failure) if failure.is_signed_out() => {
                        self.around.fails(ErrorCode::CookiesBlocked);
                        Step::CookiesBlocked
                    }
                    Err(failure) => Step::Failed(failure),
                },
                Err(Failure::Problem(Problem { kind: ProblemType::SigninRejected, .. })) => {
                    self.around.fails(ErrorCode::TokenRefused);
                    Step::Refused
                }
                Err(failure) => Step::Failed(failure),
            };
            let _ = self.step.try_set(next);
        });
    }

    /// What people see meanwhile.
    pub fn view(self) -> AnyView {
        (move || {
            let step = self.step.get();
            let name = self.host.with_value(|host| host.name.clone());
            let with_name = |key| t_with(key, &[("name", &name)]);
            let (title, said) = match &step {
                Step::Asking | Step::Redeeming => return wait(Kind::Page, t(session_words::SIGNING_IN)),
                Step::Offering => {
                    let own = self.host.with_value(|host| host.brand.signin.clone());
                    (words::OFFER_TITLE, own.unwrap_or_else(|| with_name(words::OFFER_WORDS)))
                }
                Step::Ended => (words::ENDED_TITLE, t(words::ENDED_WORDS).to_owned()),
                Step::InWindow => (words::WINDOW_TITLE, t(words::WINDOW_WORDS).to_owned()),
                Step::Refused => (words::REFUSED_TITLE, with_name(words::REFUSED_WORDS)),
                Step::CookiesBlocked => (words::COOKIES_TITLE, with_name(words::COOKIES_WORDS)),
                Step::WindowBlocked => (words::BLOCKED_TITLE, t(words::BLOCKED_WORDS).to_owned()),
                Step::Failed(failure) => (session_words::STOPPED_TITLE, failure.words().to_owned()),
            };
            let mut way_on = Vec::new();
            if step != Step::CookiesBlocked {
                let label = if step == Step::InWindow { t(words::AGAIN) } else { t(app::SIGN_IN) };
                let button = view! { <button type="button" class="btn primary" on:click=move |_| self.enter()>{label}</button> };
                way_on.push(button.into_any());
            }
            if step == Step::Refused {
                // The host's tokens do not work: the window may.
                let button = view! { <button type="button" class="btn" on:click=move |_| self.open_window()>{t(words::BY_WINDOW)}</button> };
                way_on.push(button.into_any());
            }
            way_on.push(in_a_tab());
            if let Step::Failed(failure) = &step {
                way_on.extend(request(Some(failure)));
            }
            notice(Kind::Page, t(title), vec![said], way_on)
        })
        .into_any()
    }
}

/// The same page as a page of its own.
pub fn in_a_tab() -> AnyView {
    let to = paths::outside(&platform::here());
    view! { <a class="btn" href=to target="_blank" rel="noopener">{t(words::IN_A_TAB)}</a> }.into_any()
}
