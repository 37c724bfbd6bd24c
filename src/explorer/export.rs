//! Exactly what is found, or what is selected of it, as a file to keep: in which format, how far it is, and a way to stop.

use leptos::prelude::*;
use portal_model::{
    api::explorer::{EXPORT_FILES, ExportFormat, ExportOrder, path},
    links::encode,
    problem::Problem,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::pick::Chosen;
use crate::{
    api::Failure,
    app::{Portal, portal},
    paths, platform, session,
    text::{Key, explorer as shared, export as words, t, t_count, t_with},
    ui::dialog,
};

/// What a format is called, and what is in it.
const FORMATS: [(ExportFormat, Key, Key); ExportFormat::ALL.len()] = [
    (ExportFormat::Csv, words::CSV, words::CSV_IS),
    (ExportFormat::Jsonl, words::JSONL, words::JSONL_IS),
    (ExportFormat::Coco, words::COCO, words::COCO_IS),
    (ExportFormat::Ids, words::IDS, words::IDS_IS),
];
/// The browser has the file by then, in milliseconds.
const KEPT: u32 = 60_000;

/// Which files.
#[derive(Clone, Debug, PartialEq)]
pub enum Which {
    /// All that the query finds.
    Query,
    /// What is selected of it.
    Chosen(Chosen),
}

/// The dialog.
#[derive(Clone, Copy, Default)]
pub struct Export {
    /// What it is about, while it is open.
    pub open: RwSignal<Option<Which>>,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
enum Run {
    #[default]
    Ready,
    Going(Far),
    Done(Far),
    Failed(Failure),
}

/// So far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Far {
    /// Files that it is about.
    files: u32,
    /// Lines that came.
    lines: u32,
    bytes: f64,
}

/// Opens the dialog for all that is found.
#[component]
pub fn ExportButton(export: Export) -> impl IntoView {
    let explorer = portal().explorer();
    let none = move || explorer.total.get().unwrap_or(0) == 0;
    let why = move || {
        if explorer.wrong.read().is_some() { Some(t(shared::FIX_FIRST)) } else { none().then(|| t(words::NOTHING)) }
    };
    view! {
        <button type="button" class="btn" disabled=move || why().is_some() title=why
            on:click=move |_| export.open.set(Some(Which::Query))>{t(words::EXPORT)}</button>
    }
}

/// The dialog.
#[component]
pub fn ExportDialog(export: Export) -> impl IntoView {
    let dialog = dialog::follow(move || export.open.read().is_some());
    view! {
        <dialog class="view-dialog export-dialog" node_ref=dialog on:close=move |_| export.open.set(None) aria-labelledby="export-title">
            {move || export.open.get().map(|which| view! { <Form export which/> })}
        </dialog>
    }
}

#[component]
fn Form(export: Export, which: Which) -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    let format = RwSignal::new(ExportFormat::default());
    let run = RwSignal::new(Run::Ready);
    let stop = StoredValue::new_local(None::<web_sys::AbortController>);
    // Whoever closes the dialog does not want the rest.
    on_cleanup(move || {
        if let Some(stop) = stop.try_get_value().flatten() {
            stop.abort();
        }
    });
    let total = explorer.total.get_untracked().unwrap_or(0);
    let (count, order) = match which {
        Which::Query => (total, ExportOrder { but: true, ..ExportOrder::default() }),
        Which::Chosen(chosen) => {
            let named = u32::try_from(chosen.ids.len()).unwrap_or(u32::MAX);
            let count = if chosen.all { total.saturating_sub(named) } else { named };
            (count, ExportOrder { but: chosen.all, ids: chosen.ids.into_iter().collect(), ..ExportOrder::default() })
        }
    };
    let order = StoredValue::new(order);
    let going = move || matches!(*run.read(), Run::Going(_));
    let start = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if untrack(going) {
            return;
        }
        let order = ExportOrder {
            q: explorer.list().map(|(q, _)| q).unwrap_or_default(),
            format: format.get_untracked(),
            ..order.get_value()
        };
        let controller = web_sys::AbortController::new().ok();
        stop.set_value(controller.clone());
        run.set(Run::Going(Far { files: count, ..Far::default() }));
        leptos::task::spawn_local(async move {
            let ended = fetch(&order, controller.as_ref(), run).await;
            let stopped = controller.is_some_and(|controller| controller.signal().aborted());
            match ended {
                Ok(far) => drop(run.try_set(Run::Done(far))),
                Err(_) if stopped => drop(run.try_set(Run::Ready)),
                Err(failure) => {
                    session::ended(portal, &failure);
                    let _ = run.try_set(Run::Failed(failure));
                }
            }
        });
    };
    let halt = move |_| {
        if untrack(going) {
            if let Some(stop) = stop.get_value() {
                stop.abort();
            }
        } else {
            export.open.set(None);
        }
    };
    view! {
        <form on:submit=start>
            <h2 id="export-title">{t_count(words::TITLE_ONE, words::TITLE_OTHER, count)}</h2>
            {untrack(|| explorer.is_a_lower_bound()).then(|| view! { <p class="note warn">{lower_bound(portal)}</p> })}
            <fieldset class="export-formats" disabled=going>
                <legend class="sr">{t(words::FORMAT)}</legend>
                {FORMATS.map(|(one, name, what)| view! {
                    <label>
                        <input type="radio" name="format" prop:checked=move || format.get() == one on:change=move |_| { format.set(one); run.set(Run::Ready); }/>
                        <span><strong>{t(name)}</strong><small>{t(what)}</small></span>
                    </label>
                }).into_iter().collect_view()}
            </fieldset>
            <div class="export-run" role="status">{move || far(&run.get(), format.get())}</div>
            <div class="dialog-ways">
                <span class="grow"></span>
                <button type="button" class="btn" on:click=halt>
                    {move || t(match *run.read() { Run::Going(_) => words::STOP, Run::Done(_) => words::CLOSE, _ => shared::CANCEL })}
                </button>
                <button type="submit" class="btn primary" disabled=going>
                    {move || t(if matches!(*run.read(), Run::Failed(_)) { words::AGAIN } else { words::EXPORT })}
                </button>
            </div>
        </form>
    }
}

fn lower_bound(portal: Portal) -> String {
    t_with(words::LOWER_BOUND, &[("percent", &portal.explorer().annotated.get_untracked().to_string())])
}

/// How far it is, in words.
fn far(run: &Run, format: ExportFormat) -> AnyView {
    let written = |far: &Far| {
        let size = if far.bytes < 1e6 {
            t_with(words::KILOBYTES, &[("n", &platform::fixed((far.bytes / 1e3).ceil(), 0))])
        } else {
            t_with(words::MEGABYTES, &[("n", &platform::fixed(far.bytes / 1e6, 1))])
        };
        let (one, other) = match format {
            ExportFormat::Coco => (words::ENTRIES_ONE, words::ENTRIES_OTHER),
            _ => (words::FILES_ONE, words::FILES_OTHER),
        };
        t_with(words::SO_FAR, &[("what", &t_count(one, other, rows(far, format))), ("size", &size)])
    };
    match run {
        Run::Ready => ().into_any(),
        Run::Going(far) => {
            let words = written(far);
            let bar = if format == ExportFormat::Coco {
                view! { <progress aria-label=t(words::PROGRESS)></progress> }.into_any()
            } else {
                let (done, all) = (rows(far, format).to_string(), far.files.max(1).to_string());
                view! { <progress aria-label=t(words::PROGRESS) max=all value=done></progress> }.into_any()
            };
            view! { {bar} <p class="num">{words}</p> }.into_any()
        }
        Run::Done(far) => view! { <p class="good">{t_with(words::DONE, &[("what", &written(far))])}</p> }.into_any(),
        Run::Failed(failure) => {
            view! { <p class="note" role="alert">{t(words::FAILED)}" "{failure.words()}</p> }.into_any()
        }
    }
}

/// Files that came, by the lines: a table has a head. What COCO has in each line is a picture or a shape.
fn rows(far: &Far, format: ExportFormat) -> u32 {
    match format {
        ExportFormat::Csv => far.lines.saturating_sub(1),
        ExportFormat::Jsonl | ExportFormat::Ids => far.lines,
        // The brackets around the arrays, and what stands after them.
        ExportFormat::Coco => far.lines.saturating_sub(6),
    }
}

/// Reads the export as it comes, and gives it to the browser to keep.
async fn fetch(
    order: &ExportOrder,
    stop: Option<&web_sys::AbortController>,
    run: RwSignal<Run>,
) -> Result<Far, Failure> {
    let lost = |_: JsValue| Failure::Offline;
    let options = web_sys::RequestInit::new();
    // All of a query is asked for by its address: who looks through somebody's eyes may do that, and writes nothing.
    let all = order.but && order.ids.is_empty();
    let url = if all {
        format!("{}?format={}&q={}", path::FILE_EXPORT, order.format.as_str(), encode(&order.q))
    } else {
        options.set_method("POST");
        options.set_body(&serde_json::to_string(order).unwrap_or_default().into());
        path::FILE_EXPORT.to_owned()
    };
    if let Some(stop) = stop {
        options.set_signal(Some(&stop.signal()));
    }
    let headers = web_sys::Headers::new().map_err(lost)?;
    let _ = headers.set("content-type", "application/json");
    options.set_headers(&headers);
    let asked = window().fetch_with_str_and_init(&paths::at(&url), &options);
    let answer: web_sys::Response = JsFuture::from(asked).await.and_then(JsValue::dyn_into).map_err(lost)?;
    if !answer.ok() {
        let text = JsFuture::from(answer.text().map_err(lost)?).await.map_err(lost)?.as_string().unwrap_or_default();
        return Err(serde_json::from_str::<Problem>(&text).map_or(Failure::Offline, Failure::Problem));
    }
    let header = |name: &str| answer.headers().get(name).ok().flatten();
    let files = header(EXPORT_FILES).and_then(|text| text.parse().ok()).unwrap_or_default();
    let name = header("content-disposition")
        .and_then(|text| Some(text.split_once("filename=\"")?.1.split('"').next()?.to_owned()));
    let mut far = Far { files, ..Far::default() };
    let parts = js_sys::Array::new();
    let body = js_sys::Reflect::get(&answer, &"body".into()).map_err(lost)?;
    let reader = call(&body, "getReader").map_err(lost)?;
    loop {
        let read = call(&reader, "read").map_err(lost)?.dyn_into::<js_sys::Promise>().map_err(lost)?;
        let piece = JsFuture::from(read).await.map_err(lost)?;
        if js_sys::Reflect::get(&piece, &"done".into()).map_err(lost)?.is_truthy() {
            break;
        }
        let bytes: js_sys::Uint8Array =
            js_sys::Reflect::get(&piece, &"value".into()).and_then(JsValue::dyn_into).map_err(lost)?;
        let lines = bytes.to_vec().iter().filter(|byte| **byte == b'\n').count();
        far.lines = far.lines.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        far.bytes += f64::from(bytes.length());
        parts.push(&bytes);
        if run.try_set(Run::Going(far)).is_some() {
            // The dialog is gone.
            return Err(Failure::Offline);
        }
    }
    keep(&parts, &name.unwrap_or_else(|| format!("files.{}", order.format.extension()))).map_err(lost)?;
    Ok(far)
}

fn call(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    js_sys::Reflect::get(of, &name.into())?.dyn_into::<js_sys::Function>()?.call0(of)
}

/// Gives bytes to the browser as a file of this name. They are a download, never a page.
fn keep(parts: &js_sys::Array, name: &str) -> Result<(), JsValue> {
    let of_window = |name: &str| js_sys::Reflect::get(&window(), &name.into());
    let blob =
        js_sys::Reflect::construct(&of_window("Blob")?.dyn_into::<js_sys::Function>()?, &js_sys::Array::of1(parts))?;
    let urls = of_window("URL")?;
    let make = js_sys::Reflect::get(&urls, &"createObjectURL".into())?.dyn_into::<js_sys::Function>()?;
    let url = make.call1(&urls, &blob)?;
    let link = document().create_element("a")?;
    link.set_attribute("href", &url.as_string().unwrap_or_default())?;
    link.set_attribute("download", name)?;
    link.dyn_into::<web_sys::HtmlElement>()?.click();
    leptos::task::spawn_local(async move {
        platform::sleep(KEPT).await;
        let forget =
            js_sys::Reflect::get(&urls, &"revokeObjectURL".into()).and_then(JsValue::dyn_into::<js_sys::Function>);
        let _ = forget.and_then(|forget| forget.call1(&urls, &url));
    });
    Ok(())
}
