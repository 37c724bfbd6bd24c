//! The parts of the page that are fetched when somebody goes there, so that the first page is small. Each is one chunk;
//! `cargo xtask` cuts them out of the linked wasm (feature `split`). Without the feature everything is in one wasm.
//!
//! A chunk can fail to arrive: no connection, or a newer portal was installed and the old files are gone. That is a sentence
//! with two ways on, never a panic; the next try fetches again.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, reactive::computed::ScopedFuture};
use portal_model::{
    api::{Session, next::Take},
    id::{FileId, SchemaId, TaskId},
};

use crate::{
    api::Failure,
    app::{Portal, portal},
    inbox::Go,
    links::Part as LinksPart,
    platform,
    text::{app, t},
    ui::{
        changing::{at_times, changing},
        notice::{Kind, notice, wait},
    },
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

/// Each chunk has one function that is called with what is to be shown: every further one costs the first page its loader.
enum OfTasks {
    Filters(Go),
    Empty(Go),
    Pins,
}

enum OfNext {
    Page,
    Progress,
    Take(Box<(Portal, Take)>),
}

enum OfSchemas {
    Schemas,
    Schema(Option<SchemaId>),
    Jobs,
    Changes,
    Reading,
    Hosts,
}

enum OfEmbed {
    Frame,
    Out,
    Window,
}

/// What is around the pages.
enum OfPerson {
    Menu(RwSignal<bool>),
    Unusable(Box<Session>),
    Palette,
    Keys,
    StopSeeing(Box<Portal>),
}

chunk!(task: fn load_task(id: Option<TaskId>) -> AnyView = view! { <crate::task::TaskPage id/> }.into_any());
chunk!(file: fn load_file(id: Option<FileId>) -> AnyView = crate::file::page(id));
chunk!(explorer: fn load_explorer() -> AnyView = view! { <crate::explorer::ExplorerPage/> }.into_any());
chunk!(filters: fn load_filters(part: OfTasks) -> AnyView = match part {
    OfTasks::Filters(go) => view! { <crate::filters::Filters go/> }.into_any(),
    OfTasks::Empty(go) => view! { <crate::filters::empty::Empty go/> }.into_any(),
    OfTasks::Pins => view! { <crate::filters::pins::Pinned/> }.into_any(),
});
chunk!(next: fn load_next(part: OfNext) -> AnyView = match part {
    OfNext::Page => view! { <crate::next::page::NextPage/> }.into_any(),
    OfNext::Progress => view! { <crate::next::progress::Progress/> }.into_any(),
    OfNext::Take(asked) => {
        crate::next::taking::take(asked.0, asked.1);
        ().into_any()
    }
});
chunk!(schema: fn load_schema(part: OfSchemas) -> AnyView = match part {
    OfSchemas::Schemas => view! { <crate::schema::SchemasPage/> }.into_any(),
    OfSchemas::Schema(id) => view! { <crate::schema::SchemaPage id/> }.into_any(),
    OfSchemas::Jobs => view! { <crate::admin::JobsPage/> }.into_any(),
    OfSchemas::Changes => view! { <crate::admin::ChangesPage/> }.into_any(),
    OfSchemas::Reading => view! { <crate::admin::ReadingPage/> }.into_any(),
    OfSchemas::Hosts => view! { <crate::admin::HostsPage/> }.into_any(),
});
chunk!(links: fn load_links(part: LinksPart) -> AnyView = crate::links::part(part));
chunk!(embed: fn load_embed(part: OfEmbed) -> AnyView = match part {
    OfEmbed::Frame => view! { <crate::embed::Embedded/> }.into_any(),
    OfEmbed::Out => view! { <crate::embed::out::OutPage/> }.into_any(),
    OfEmbed::Window => view! { <crate::embed::window::WindowPage/> }.into_any(),
});
chunk!(person: fn load_person(part: OfPerson) -> AnyView = match part {
    OfPerson::Menu(open) => view! { <crate::ui::menu::Menu open/> }.into_any(),
    OfPerson::Unusable(session) => crate::session::pages::unusable(&session),
    OfPerson::Palette => view! { <crate::palette::Palette/> }.into_any(),
    OfPerson::Keys => view! { <crate::palette::keys::KeysDialog/> }.into_any(),
    OfPerson::StopSeeing(portal) => {
        crate::session::stop_seeing(*portal);
        ().into_any()
    }
});
chunk!(news: fn load_news() -> AnyView = view! { <crate::news::NewsList/> }.into_any());
chunk!(bulk: fn load_bulk() -> AnyView = view! { <crate::inbox::bulk::Bar/> }.into_any());
chunk!(bulk: fn load_ids(asked: (Portal, (u32, u32))) -> Going<Vec<TaskId>> = Box::pin(crate::inbox::bulk::ids_between(asked.0, asked.1)));
chunk!(signin: fn load_callback() -> AnyView = view! { <crate::session::callback::CallbackPage/> }.into_any());
chunk!(signin: fn load_prepare(to: String) -> Going<String> = Box::pin(crate::session::prepare(to)));

/// What can be done with selected tasks.
pub fn bulk() -> AnyView {
    beside("bulk", Box::pin(load_bulk()), |_| {})
}

/// Go anywhere by typing.
pub fn palette() -> AnyView {
    beside("person", Box::pin(load_person(OfPerson::Palette)), |portal| portal.palette_open.set(false))
}

/// What happened to my tasks.
pub fn news() -> AnyView {
    // Fetched when there is time: that it does not come is told when somebody asks for it.
    beside("news", Box::pin(load_news()), |portal| portal.news.open.set(false))
}

/// `/tasks/{id}`.
pub fn task(id: Option<TaskId>) -> AnyView {
    arriving(Kind::Inside, "task", move || Box::pin(load_task(id)))
}

/// The filters of my tasks: what is filtered by, and the sheet to choose from.
pub fn filters(go: Go) -> AnyView {
    arriving(Kind::Part, "filters", move || Box::pin(load_filters(OfTasks::Filters(go))))
}

/// What my tasks say when there are none.
pub fn empty(go: Go) -> AnyView {
    arriving(Kind::Part, "filters", move || Box::pin(load_filters(OfTasks::Empty(go))))
}

/// Pinned views.
pub fn pins() -> AnyView {
    arriving(Kind::Part, "filters", || Box::pin(load_filters(OfTasks::Pins)))
}

/// `/files/{id}`, and `/files/compare`.
pub fn file(id: Option<FileId>) -> AnyView {
    arriving(Kind::Inside, "file", move || Box::pin(load_file(id)))
}

/// `/explorer`.
pub fn explorer() -> AnyView {
    arriving(Kind::Inside, "explorer", || Box::pin(load_explorer()))
}

/// `/signin/callback`.
#[component]
pub fn CallbackArea() -> impl IntoView {
    arriving(Kind::Page, "signin", || Box::pin(load_callback()))
}

/// Everything of a frame in a host app, around the pages that it shows.
pub fn embed() -> AnyView {
    arriving(Kind::Page, "embed", || Box::pin(load_embed(OfEmbed::Frame)))
}

/// `/embed/{host}/signed-out`.
pub fn embed_out() -> AnyView {
    arriving(Kind::Page, "embed", || Box::pin(load_embed(OfEmbed::Out)))
}

/// `/embed/{host}/signin`.
pub fn embed_window() -> AnyView {
    arriving(Kind::Page, "embed", || Box::pin(load_embed(OfEmbed::Window)))
}

/// The panel that says how somebody stands, by job.
pub fn progress() -> AnyView {
    arriving(Kind::Inside, "next", || Box::pin(load_next(OfNext::Progress)))
}

/// Takes the next task, or this one, and goes to its page.
pub fn take(portal: Portal, wanted: Take) {
    doing(portal, Box::pin(load_next(OfNext::Take(Box::new((portal, wanted))))));
}

/// `/next`.
pub fn next() -> AnyView {
    arriving(Kind::Inside, "next", || Box::pin(load_next(OfNext::Page)))
}

/// `/jobs`.
pub fn jobs() -> AnyView {
    arriving(Kind::Inside, "schema", || Box::pin(load_schema(OfSchemas::Jobs)))
}

/// `/schemas`.
pub fn schemas() -> AnyView {
    arriving(Kind::Inside, "schema", || Box::pin(load_schema(OfSchemas::Schemas)))
}

/// `/schemas/{id}`, and `/schemas/{id}/attributes/{aid}`.
pub fn schema(id: Option<SchemaId>) -> AnyView {
    arriving(Kind::Inside, "schema", move || Box::pin(load_schema(OfSchemas::Schema(id))))
}

/// `/changes`.
pub fn changes() -> AnyView {
    arriving(Kind::Inside, "schema", || Box::pin(load_schema(OfSchemas::Changes)))
}

/// `/reading`.
pub fn reading() -> AnyView {
    arriving(Kind::Inside, "schema", || Box::pin(load_schema(OfSchemas::Reading)))
}

/// `/hosts`.
pub fn hosts() -> AnyView {
    arriving(Kind::Inside, "schema", || Box::pin(load_schema(OfSchemas::Hosts)))
}

/// `/go/…`, when the gateway did not lead on.
pub fn go() -> AnyView {
    arriving(Kind::Inside, "links", || Box::pin(load_links(LinksPart::Go)))
}

/// `/open`.
pub fn open() -> AnyView {
    arriving(Kind::Inside, "links", || Box::pin(load_links(LinksPart::Open)))
}

/// The menu of the person.
pub fn menu(open: RwSignal<bool>) -> AnyView {
    beside("person", Box::pin(load_person(OfPerson::Menu(open))), |_| {})
}

/// For somebody who is signed in and has no place in Diffgram.
pub fn unusable(session: &Session) -> AnyView {
    let session = session.clone();
    arriving(Kind::Page, "person", move || Box::pin(load_person(OfPerson::Unusable(Box::new(session.clone())))))
}

/// Looks through the own eyes again.
pub fn stop_seeing(portal: Portal) {
    doing(portal, Box::pin(load_person(OfPerson::StopSeeing(Box::new(portal)))));
}

/// The list of keys.
pub fn keys() -> AnyView {
    beside("person", Box::pin(load_person(OfPerson::Keys)), |portal| portal.keys_open.set(false))
}

/// The card of links.
pub fn links() -> AnyView {
    beside("links", Box::pin(load_links(LinksPart::Card)), |portal| portal.links.set(None))
}

/// Something of the links that shows nothing: copying one, the first click of the day.
pub fn of_links(part: LinksPart) {
    leptos::task::spawn_local(async move {
        // Without it links are plain, and what was to be copied is not: nothing says that it was.
        let _ = load_links(part).await;
    });
}

/// Where to go to sign in, so that the person comes back to an address of this page; the PKCE verifier stays here.
pub async fn prepare(return_to: String) -> Result<String, Failure> {
    load_prepare(return_to).await.map_err(|Missing| Failure::Offline)?.await
}

/// The tasks of the rows between two, both included.
pub async fn ids_between(portal: Portal, rows: (u32, u32)) -> Result<Vec<TaskId>, Failure> {
    load_ids((portal, rows)).await.map_err(|Missing| Failure::Offline)?.await
}

/// What a part asks for, on its way.
type Going<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// A part on its way. One type for all, so that showing them is there once.
type Part = Pin<Box<dyn Future<Output = Result<AnyView, Missing>>>>;

/// A part that does something and shows nothing.
fn doing(portal: Portal, load: Part) {
    leptos::task::spawn_local(async move {
        if load.await.is_err() {
            portal.say(t(app::CHUNK_TITLE));
        }
    });
}

/// A part beside what is shown: nothing is there until it has come. One that does not come is a word, and `lost` puts things
/// back as they were.
fn beside(name: &'static str, load: Part, lost: fn(Portal)) -> AnyView {
    let portal = portal();
    let here = RwSignal::new(false);
    let arrived = StoredValue::new_local(None::<AnyView>);
    let part = ScopedFuture::new(load);
    let styles = platform::styles(name);
    leptos::task::spawn_local(async move {
        let part = part.await;
        let styled = match styles {
            Some(styles) => wasm_bindgen_futures::JsFuture::from(styles).await.is_ok(),
            None => true,
        };
        match part {
            Ok(view) if styled => {
                let _ = arrived.try_set_value(Some(view));
                let _ = here.try_set(true);
            }
            Ok(_) | Err(Missing) => {
                portal.say(t(app::CHUNK_TITLE));
                lost(portal);
            }
        }
    });
    at_times(move || here.get().then(|| arrived.try_update_value(Option::take).flatten()).flatten())
}

/// How far a chunk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    OnItsWay,
    Here,
    Missing,
}

/// Shows a part once it and its styles have arrived.
fn arriving(kind: Kind, name: &'static str, load: impl Fn() -> Part + 'static) -> AnyView {
    shown(kind, name, Box::new(load))
}

/// [`arriving`], there once for all parts.
fn shown(kind: Kind, name: &'static str, load: Box<dyn Fn() -> Part>) -> AnyView {
    let load = StoredValue::new_local(load);
    let stage = RwSignal::new(Stage::OnItsWay);
    let arrived = StoredValue::new_local(None::<AnyView>);
    // What the part makes belongs to this page and ends with it, whoever asks for it: here or a button of the notice.
    let page = StoredValue::new(Owner::current());
    let fetch = move || {
        stage.set(Stage::OnItsWay);
        let part = || ScopedFuture::new(load.with_value(|load| load()));
        let part = page.with_value(|page| page.as_ref().map_or_else(part, |page| page.with(part)));
        let styles = platform::styles(name);
        leptos::task::spawn_local(async move {
            let part = part.await;
            let styled = match styles {
                Some(styles) => wasm_bindgen_futures::JsFuture::from(styles).await.is_ok(),
                None => true,
            };
            let next = match part {
                Ok(view) if styled => {
                    let _ = arrived.try_set_value(Some(view));
                    Stage::Here
                }
                Ok(_) | Err(Missing) => Stage::Missing,
            };
            let _ = stage.try_set(next);
        });
    };
    fetch();
    changing(move || match stage.get() {
        Stage::OnItsWay if kind == Kind::Part => ().into_any(),
        Stage::OnItsWay => wait(kind, t(app::LOADING)),
        Stage::Here => arrived.try_update_value(Option::take).flatten().into_any(),
        Stage::Missing => {
            let again = view! { <button type="button" class="btn primary" on:click=move |_| fetch()>{t(app::TRY_AGAIN)}</button> };
            let reload = view! {
                <button type="button" class="btn" on:click=move |_| drop(platform::location().reload())>{t(app::RELOAD)}</button>
            };
            let words = vec![t(app::CHUNK_WORDS).to_owned()];
            if kind == Kind::Part {
                return view! { <div class="bar" role="alert">{words} {again}</div> }.into_any();
            }
            notice(kind, t(app::CHUNK_TITLE), words, vec![again.into_any(), reload.into_any()])
        }
    })
}
