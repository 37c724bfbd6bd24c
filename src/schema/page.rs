//! The page of a schema: its questions and labels at one side, the editor of what is open, how annotators will see it, and what
//! the draft changes.

use std::sync::Arc;

use leptos::{ev, prelude::*};
use portal_model::{
    api::schemas::{SchemaDetail, path},
    id::SchemaId,
    schema::Place,
};

use super::{
    attribute::AttributeEditor,
    bar::Bar,
    files::Files,
    head::Head,
    labels::LabelEditor,
    overview::{Notes, Overview},
    preview::Previews,
    publish::{Review, RunBar, Troubles},
    rail::Rail,
    state::{Editor, Of, Panel},
    versions::Versions,
    words as say,
};
use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    paths,
    text::{schema as w, t},
};

/// The page.
#[component]
pub fn SchemaPage(id: Option<SchemaId>) -> impl IntoView {
    let portal = portal();
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        let Some(id) = id else { return state.set(Answer::Missing) };
        state.set(Answer::Reading);
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<SchemaDetail>(portal, &path::schema(id)).await.map(Arc::new));
        });
    };
    fetch();
    move || match nothing(state.get(), fetch) {
        Ok(detail) => view! { <Schema detail/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The schema, once read.
#[component]
fn Schema(detail: Arc<SchemaDetail>) -> impl IntoView {
    let unreadable = detail.unreadable;
    let editor = Editor::new(detail);
    let address = editor.portal.route.address();
    let place = Memo::new(move |_| paths::place_in_schema(&address.read()));
    // What an address means is told here; who left the page left this too.
    Effect::new(move |_| editor.at.set(place.get().unwrap_or(Place::Schema)));
    // What is no place of this schema, and never was, is missing as any other page.
    let open = Memo::new(move |_| {
        let place = place.get()?;
        editor.shape.track();
        let there = match &place {
            Place::Schema => true,
            Place::Label { key } => editor.draft.with_untracked(|draft| draft.labels.iter().any(|one| one.key == *key)),
            Place::Attribute { key } => {
                editor.draft.with_untracked(|draft| draft.attributes.iter().any(|one| one.key == *key))
                    || editor
                        .base
                        .with(|base| base.attributes.iter().any(|state| key.parse() == Ok(state.attribute.id)))
            }
        };
        there.then_some(place)
    });
    keyboard(editor);
    leaving(editor);
    let title = Memo::new(move |_| match open.get() {
        Some(Place::Attribute { key }) => {
            Of::new(editor, key).with(|one| say::title(&one.fields.question, &one.fields.name))
        }
        _ => None,
    });
    Effect::new(move |_| {
        let name = editor.draft.with(|draft| draft.name.clone());
        document().set_title(&title.get().unwrap_or(name));
    });
    let locked = Memo::new(move |_| editor.run.read().is_some());
    view! {
        <article class="schema" data-open=move || match open.get() { Some(Place::Schema) => "schema", _ => "part" }>
            <div class="schema-top">
                <Head editor/>
                <RunBar editor/>
            </div>
            <div class="schema-body">
                <Rail editor unreadable/>
                // With all of it disabled, keys reach it to scroll.
                <div class="schema-edit" id="schema-edit" tabindex=move || locked.get().then_some("0")>
                    <Troubles editor/>
                    <Notes editor/>
                    <fieldset class="bare" disabled=move || locked.get()>
                        <legend class="sr">{t(w::EDIT)}</legend>
                        {move || match open.get() {
                            None => nothing::<()>(Answer::Missing, || ()).err().into_any(),
                            Some(Place::Schema) => view! { <Overview editor/> }.into_any(),
                            Some(Place::Label { key }) => view! { <LabelEditor editor key/> }.into_any(),
                            Some(Place::Attribute { key }) => view! { <AttributeEditor of=Of::new(editor, key)/> }.into_any(),
                        }}
                    </fieldset>
                </div>
                <section class="schema-preview" aria-labelledby="preview">
                    <h2 id="preview">{t(w::PREVIEW)}</h2>
                    <Previews editor/>
                </section>
            </div>
            <Bar editor/>
            <Review editor/>
            <Versions editor/>
            <Files editor/>
        </article>
    }
}

/// Undo and redo by keys.
fn keyboard(editor: Editor) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if !asked || editor.panel.get_untracked() != Panel::None {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => editor.undo(),
            ("z", true) | ("y", false) => editor.redo(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Who closes the window, or goes elsewhere, right after a letter finds it again.
fn leaving(editor: Editor) {
    let hides = window_event_listener(ev::pagehide, move |_| editor.keep_now());
    let hidden = window_event_listener(ev::visibilitychange, move |_| editor.keep_now());
    on_cleanup(move || {
        editor.keep_now();
        hides.remove();
        hidden.remove();
    });
}
