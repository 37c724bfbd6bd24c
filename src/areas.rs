//! The parts of the page that are fetched when somebody goes there, so that the first page is small. Each is one chunk;
//! `cargo xtask` cuts them out of the linked wasm (feature `split`). Without the feature everything is in one wasm.
//!
//! A chunk can fail to arrive: no connection, or a newer portal was installed and the old files are gone. That is a sentence
//! with two ways on, never a panic; the next try fetches again.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, reactive::computed::ScopedFuture};
use portal_model::{
    api::SigninStart,
    id::{FileId, TaskId},
};

use crate::{
    api::Failure,
    platform,
    session::Prepared,
    text::{app, t},
    ui::notice::{Kind, notice, wait},
};

/// The chunk did not arrive.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// A function that is in a chunk: calling it fetches the chunk.
macro_rules! chunk {
    ($chunk:ident: fn $name:ident($($argument:ident: $type:ty)?) -> $result:ty = $body:expr) => {
        #[cfg(feature = "split")]
        #[wasm_split_helpers::wasm_split($chunk, fallible)]
        fn $name($($argument: $type)?) -> Result<$result, Missing> {
            Ok($body)
        }
        #[cfg(not(feature = "split"))]
        async fn $name($($argument: $type)?) -> Result<$result, Missing> {
            Ok($body)
        }
    };
}

chunk!(task: fn load_task(id: Option<TaskId>) -> AnyView = view! { <crate::task::TaskPage id/> }.into_any());
chunk!(file: fn load_file(id: Option<FileId>) -> AnyView = view! { <crate::file::FilePage id/> }.into_any());
chunk!(explorer: fn load_explorer() -> AnyView = view! { <crate::explorer::ExplorerPage/> }.into_any());
chunk!(embed: fn load_embed() -> AnyView = view! { <crate::embed::Embedded/> }.into_any());
chunk!(embed: fn load_embed_out() -> AnyView = view! { <crate::embed::out::OutPage/> }.into_any());
chunk!(embed: fn load_embed_window() -> AnyView = view! { <crate::embed::window::WindowPage/> }.into_any());
chunk!(signin: fn load_callback() -> AnyView = view! { <crate::session::callback::CallbackPage/> }.into_any());
chunk!(signin: fn load_authorize(begun: SigninStart) -> Option<Prepared> = crate::session::authorize(begun));

/// `/tasks/{id}`.
pub fn task(id: Option<TaskId>) -> AnyView {
    arriving(Kind::Inside, move || Box::pin(load_task(id)))
}

/// `/files/{id}`.
pub fn file(id: Option<FileId>) -> AnyView {
    arriving(Kind::Inside, move || Box::pin(load_file(id)))
}

/// `/explorer`.
pub fn explorer() -> AnyView {
    arriving(Kind::Inside, || Box::pin(load_explorer()))
}

/// `/signin/callback`.
#[component]
pub fn CallbackArea() -> impl IntoView {
    arriving(Kind::Page, || Box::pin(load_callback()))
}

/// Everything of a frame in a host app, around the pages that it shows.
pub fn embed() -> AnyView {
    arriving(Kind::Page, || Box::pin(load_embed()))
}

/// `/embed/{host}/signed-out`.
pub fn embed_out() -> AnyView {
    arriving(Kind::Page, || Box::pin(load_embed_out()))
}

/// `/embed/{host}/signin`.
pub fn embed_window() -> AnyView {
    arriving(Kind::Page, || Box::pin(load_embed_window()))
}

/// Where to go to sign in, and the PKCE verifier that stays here.
pub async fn authorize(begun: SigninStart) -> Result<Prepared, Failure> {
    load_authorize(begun).await.ok().flatten().ok_or(Failure::Offline)
}

/// A part on its way. One type for all, so that showing them is there once.
type Part = Pin<Box<dyn Future<Output = Result<AnyView, Missing>>>>;

/// How far a chunk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    OnItsWay,
    Here,
    Missing,
}

/// Shows a part once it has arrived.
fn arriving(kind: Kind, load: impl Fn() -> Part + Copy + Send + 'static) -> AnyView {
    let stage = RwSignal::new(Stage::OnItsWay);
    let arrived = StoredValue::new_local(None::<AnyView>);
    // What the part makes belongs to this page and ends with it, whoever asks for it: here or a button of the notice.
    let page = StoredValue::new(Owner::current());
    let fetch = move || {
        stage.set(Stage::OnItsWay);
        let part = || ScopedFuture::new(load());
        let part = page.with_value(|page| page.as_ref().map_or_else(part, |page| page.with(part)));
        leptos::task::spawn_local(async move {
            let next = match part.await {
                Ok(view) => {
                    let _ = arrived.try_set_value(Some(view));
                    Stage::Here
                }
                Err(Missing) => Stage::Missing,
            };
            let _ = stage.try_set(next);
        });
    };
    fetch();
    (move || match stage.get() {
        Stage::OnItsWay => wait(kind, t(app::LOADING)),
        Stage::Here => arrived.try_update_value(Option::take).flatten().into_any(),
        Stage::Missing => {
            let again = view! { <button type="button" class="btn primary" on:click=move |_| fetch()>{t(app::TRY_AGAIN)}</button> };
            let reload = view! {
                <button type="button" class="btn" on:click=move |_| drop(platform::location().reload())>{t(app::RELOAD)}</button>
            };
            let words = vec![t(app::CHUNK_WORDS).to_owned()];
            notice(kind, t(app::CHUNK_TITLE), words, vec![again.into_any(), reload.into_any()])
        }
    })
    .into_any()
}
