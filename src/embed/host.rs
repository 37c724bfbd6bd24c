//! What the page around says to the frame: how it looks, where it goes, who it is. And what the frame reports to the gateway, so
//! that admins see what a host's page lacks.

use leptos::prelude::*;
use portal_model::{
    api::embed::{EmbedHost, FrameReport, REPORTS},
    embed::{ErrorCode, FromFrame, Go, HeightMode, Look},
};

use super::{around, height::Height, look};
use crate::{api, app::Portal, paths, platform};

/// The host, as the frame knows it.
#[derive(Clone, Copy)]
pub struct Host {
    portal: Portal,
    host: StoredValue<EmbedHost>,
    element: StoredValue<Option<String>>,
    /// It was told that its look had to be put right.
    refused: StoredValue<bool>,
    height: Height,
}

impl Host {
    /// For as long as the component that makes it is shown.
    pub fn new(portal: Portal, host: EmbedHost) -> Self {
        let host = StoredValue::new(host);
        let told = move |height| host.with_value(|host| around::say(host, FromFrame::Height { height }));
        let this = Self {
            portal,
            host,
            element: StoredValue::new(None),
            refused: StoredValue::new(false),
            height: Height::new(told),
        };
        this.look(Look::default());
        // The element says who it is right after the frame says that it is ready.
        leptos::task::spawn_local(async move {
            platform::sleep(1_000).await;
            if this.element.try_get_value().is_none() {
                return;
            }
            if platform::local_storage().is_none() {
                this.fails(ErrorCode::StorageBlocked);
            } else {
                this.report(None);
            }
        });
        this
    }

    /// Says something to the page around.
    pub fn say(self, message: FromFrame) {
        self.host.with_value(|host| around::say(host, message));
    }

    /// Something went wrong: the page around hears of it, and the gateway.
    pub fn fails(self, code: ErrorCode) {
        self.say(FromFrame::Error { code });
        self.report(Some(code));
    }

    /// Which element is around.
    pub fn hello(self, element: String) {
        self.element.set_value(Some(element.chars().take(32).collect()));
    }

    /// How it shall look from now on.
    pub fn look(self, said: Look) {
        let look = self.host.with_value(|host| look::over(said, &host.look));
        let taken = look::show(&look);
        self.height.follow(look.height == Some(HeightMode::Auto));
        if !taken && !self.refused.get_value() {
            self.refused.set_value(true);
            let words = "Diffgram Portal: the accent has too little contrast, or a part of the look is not known; it was put right";
            web_sys::console::warn_1(&words.into());
            self.fails(ErrorCode::LookRefused);
        }
    }

    /// To another page, if this host shows it (EMB-09). Where it is already, nothing happens.
    pub fn go(self, go: &Go) {
        let shown = self.host.with_value(|host| host.views.contains(&go.view));
        let Some(path) = go.path().filter(|_| shown) else { return self.fails(ErrorCode::ViewRefused) };
        let here = self.portal.route.address().with_untracked(|address| paths::inside(&address.to_text()).to_owned());
        if here != path {
            self.portal.route.go(&paths::at(&path));
        }
    }

    /// Tells the gateway what the frame finds around itself. Nothing waits for it.
    fn report(self, error: Option<ErrorCode>) {
        let report = FrameReport {
            element: self.element.get_value(),
            storage: platform::local_storage().is_some(),
            popups: None,
            clipboard: platform::may_write_clipboard(),
            error,
        };
        leptos::task::spawn_local(async move {
            // What cannot be reported is only missing in the admins' page.
            let _ = api::send::<()>("POST", REPORTS, Some(&report)).await;
        });
    }
}
