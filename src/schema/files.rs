//! The schema as a file: to keep it, to put it under version control, to edit many options in a spreadsheet. A file that is read
//! becomes the draft; nothing is applied by it.

use leptos::prelude::*;
use portal_model::{
    api::{schema_files::media, schemas::path},
    id::AttributeId,
    problem::ProblemType,
    schema::SchemaDraft,
};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    state::{Editor, Panel},
    words::{self as say, title},
};
use crate::{
    api::{self, Failure},
    paths, session,
    text::{publish as w, schema, t, t_with},
    ui::{dialog, notice::request},
};

/// Larger files are none of these.
const LARGEST: f64 = 16_000_000.0;

/// Why a file is not in the draft.
#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    TooLarge,
    Unreadable,
    Failed(Failure),
}

/// The dialog.
#[component]
pub fn Files(editor: Editor) -> impl IntoView {
    let open = move || *editor.panel.read() == Panel::Import;
    let dialog = dialog::follow(open);
    let close = move |_| {
        if open() {
            editor.panel.set(Panel::None);
        }
    };
    view! {
        <dialog class="review" node_ref=dialog aria-labelledby="files-title" on:close=close>
            {move || open().then(|| view! { <Inside editor/> })}
        </dialog>
    }
}

/// What the dialog shows while it is open.
#[component]
fn Inside(editor: Editor) -> impl IntoView {
    let id = editor.id;
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<Wrong>));
    let ids = RwSignal::new(false);
    let save = |format: &'static str| {
        let with = move || if ids.get() { "&ids=true" } else { "" };
        let href = move || paths::at(&format!("{}?format={format}{}", path::file(id), with()));
        view! { <a class="btn" href=href download="">{format.to_uppercase()}</a> }
    };
    // A file of the schema replaces the draft, one of options those of its question.
    let take = move |attribute: Option<AttributeId>, event: web_sys::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let Some(file) = first_file(&input) else { return };
        wrong.set(None);
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = read(editor, &file, attribute).await;
            if busy.try_set(false).is_some() {
                return;
            }
            // The same file can be chosen again.
            input.set_value("");
            match answer {
                Ok(draft) => taken(editor, draft, attribute),
                Err(why) => wrong.set(Some(why)),
            }
        });
    };
    let draft_there = editor.checked.with_untracked(|checked| !checked.changes.is_empty());
    let blocked = move || busy.get() || editor.run.read().is_some();
    view! {
        <h2 id="files-title">{t(w::FILES)}</h2>
        <section class="file-part">
            <h3>{t(w::FILE_SAVE)}</h3>
            <p class="quiet">{t(w::FILE_SAVE_WORDS)}</p>
            <label class="check">
                <input type="checkbox" prop:checked=ids on:change=move |event| ids.set(event_target_checked(&event))/>
                <span>{t(w::FILE_IDS)}</span>
            </label>
            <p class="buttons">{save("yaml")}{save("json")}</p>
        </section>
        <section class="file-part">
            <h3 id="file-read">{t(w::FILE_READ)}</h3>
            <p class="quiet" id="file-read-hint">{t(w::FILE_READ_WORDS)}{draft_there.then(|| view! { " "{t(w::FILE_REPLACES)} })}</p>
            <input type="file" accept=".yaml,.yml,.json,application/json,application/yaml" aria-labelledby="file-read" aria-describedby="file-read-hint"
                disabled=blocked on:change=move |event| take(None, event)/>
        </section>
        <Options editor blocked=Signal::derive(blocked) take=Callback::new(move |(id, event)| take(Some(id), event))/>
        {move || editor.run.read().is_some().then(|| view! { <p class="quiet">{t(w::RUN_FIRST)}</p> })}
        <div role="alert">{move || wrong.get().map(said)}</div>
        <div role="status">{move || busy.get().then(|| view! { <p class="quiet">{t(w::FILE_READING)}</p> })}</div>
        <div class="buttons end">
            <button type="button" class="btn" on:click=move |_| editor.panel.set(Panel::None)>{t(w::CLOSE)}</button>
        </div>
    }
}

/// Options of one question, as a table.
#[component]
fn Options(editor: Editor, blocked: Signal<bool>, take: Callback<(AttributeId, web_sys::Event)>) -> impl IntoView {
    let schema_id = editor.id;
    let all: Vec<(AttributeId, String)> = editor.base.with_untracked(|base| {
        let all = base.attributes.iter().map(|state| &state.attribute);
        all.filter(|attribute| attribute.kind.has_options())
            .map(|attribute| (attribute.id, title(&attribute.question, &attribute.name)))
            .collect()
    });
    let Some((first, _)) = all.first().cloned() else { return ().into_any() };
    let at = RwSignal::new(first);
    let choices: Vec<AnyView> =
        all.into_iter().map(|(id, name)| view! { <option value=id.to_string()>{name}</option> }.into_any()).collect();
    view! {
        <section class="file-part">
            <h3>{t(w::CSV)}</h3>
            <p class="quiet" id="csv-hint">{t(w::CSV_WORDS)}</p>
            <div class="field">
                <label for="csv-of">{t(schema::QUESTION)}</label>
                <select id="csv-of" on:change=move |event| { if let Ok(id) = event_target_value(&event).parse() { at.set(id); } }>{choices}</select>
            </div>
            <p class="buttons"><a class="btn" href=move || paths::at(&path::options_csv(schema_id, at.get())) download="">"CSV"</a></p>
            <label class="field">
                <span id="csv-read">{t(w::CSV_READ)}</span>
                <input type="file" accept=".csv,text/csv" aria-describedby="csv-hint" disabled=move || blocked.get() on:change=move |event| take.run((at.get_untracked(), event))/>
            </label>
        </section>
    }
    .into_any()
}

fn said(why: Wrong) -> AnyView {
    match why {
        Wrong::TooLarge => view! { <p class="fault">{t(w::FILE_TOO_LARGE)}</p> }.into_any(),
        Wrong::Unreadable => view! { <p class="fault">{t(w::FILE_UNREADABLE)}</p> }.into_any(),
        Wrong::Failed(failure) => {
            // What exactly is wrong with a file, and in which line, only the gateway knows.
            let detail = match &failure {
                Failure::Problem(problem)
                    if matches!(problem.kind, ProblemType::InvalidRequest | ProblemType::InvalidDraft) =>
                {
                    problem.detail.clone()
                }
                _ => None,
            };
            let words = if detail.is_some() { t(w::FILE_WRONG) } else { failure.words() };
            view! {
                <p class="fault">{words}</p>
                {detail.map(|detail| view! { <pre class="said-by" dir="auto">{detail}</pre> })}
                {request(Some(&failure))}
            }
            .into_any()
        }
    }
}

/// What came of a file is the draft, or the options of one question in it; undo takes it back.
fn taken(editor: Editor, draft: SchemaDraft, attribute: Option<AttributeId>) {
    editor.panel.set(Panel::None);
    match attribute {
        None => editor.replace(draft),
        Some(id) => {
            let key = id.to_string();
            let Some(read) = draft.attributes.into_iter().find(|one| one.key == key) else { return };
            editor.rest();
            editor.edit_attribute(&key, None, |one| one.fields.options = read.fields.options);
            editor.settle();
        }
    }
    let changes = editor.checked.with_untracked(|checked| say::count(&checked.changes));
    let words = if changes == 0 {
        t(w::FILE_SAME).to_owned()
    } else {
        t_with(w::FILE_TAKEN, &[("n", &crate::text::number(changes))])
    };
    editor.portal.say(words);
}

/// The file that was chosen: `FileList` and `File` by name, which spares the page their bindings.
fn first_file(input: &web_sys::HtmlInputElement) -> Option<JsValue> {
    let files = js_sys::Reflect::get(input, &"files".into()).ok()?;
    js_sys::Reflect::get_u32(&files, 0).ok().filter(|file| !file.is_undefined() && !file.is_null())
}

async fn read(editor: Editor, file: &JsValue, attribute: Option<AttributeId>) -> Result<SchemaDraft, Wrong> {
    let of = |name: &str| js_sys::Reflect::get(file, &name.into()).map_err(|_| Wrong::Unreadable);
    if of("size")?.as_f64().is_none_or(|size| size > LARGEST) {
        return Err(Wrong::TooLarge);
    }
    let name = of("name")?.as_string().unwrap_or_default().to_lowercase();
    let text = of("text")?
        .dyn_into::<js_sys::Function>()
        .and_then(|text| text.call0(file))
        .and_then(JsCast::dyn_into::<js_sys::Promise>)
        .map_err(|_| Wrong::Unreadable)?;
    let text = wasm_bindgen_futures::JsFuture::from(text).await.ok().and_then(|text| text.as_string());
    let text = text.ok_or(Wrong::Unreadable)?;
    let id = editor.id;
    let mut url = path::file(id);
    let media = match attribute {
        Some(attribute) => {
            url.push_str(&format!("?attribute={attribute}"));
            media::CSV
        }
        None if name.ends_with(".json") => media::JSON,
        None => media::YAML,
    };
    api::send_text(&url, media, &text).await.map_err(|failure| {
        session::ended(editor.portal, &failure);
        Wrong::Failed(failure)
    })
}
