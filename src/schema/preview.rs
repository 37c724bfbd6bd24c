//! The question as annotators will see it: operable, and as the draft stands.

use leptos::prelude::*;
use portal_model::attribute::{AttributeKind, DraftOption};

use super::{detail::title, state::Editor, tree, words as say};
use crate::text::{number, schema as w, t, t_with};

/// More options are counted, not drawn: this is a preview.
const DRAWN: usize = 200;

/// The form.
#[component]
pub fn Preview(editor: Editor, kind: AttributeKind) -> impl IntoView {
    let question = Memo::new(move |_| editor.draft.with(|draft| title(&draft.question, &draft.name)));
    let locked = Memo::new(move |_| editor.draft.read().read_only);
    let options =
        Memo::new(move |_| editor.draft.with(|draft| draft.options.iter().take(DRAWN).cloned().collect::<Vec<_>>()));
    let more = Memo::new(move |_| editor.draft.read().options.len().saturating_sub(DRAWN));
    let default = Memo::new(move |_| editor.draft.read().default_option.clone());
    let value = Memo::new(move |_| editor.draft.read().default_value.clone().unwrap_or_default());
    let bounds = Memo::new(move |_| editor.draft.with(|draft| (draft.min.unwrap_or(0), draft.max.unwrap_or(100))));
    let typed = move |input: &'static str| {
        view! { <input type=input aria-labelledby="preview-question" dir="auto" value=move || value.get() prop:value=move || value.get()/> }
    };
    let answer = move || {
        match &kind {
        AttributeKind::Select => view! {
            <select aria-labelledby="preview-question">
                <option value="">{t(w::PREVIEW_CHOOSE)}</option>
                {options.get().into_iter().map(|option| {
                    let selected = default.read().as_ref() == Some(&option.key);
                    view! { <option value=option.key selected=selected>{option.name}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        AttributeKind::Radio => choices(&options.get(), default.get().as_deref(), "radio"),
        AttributeKind::MultipleSelect => choices(&options.get(), default.get().as_deref(), "checkbox"),
        AttributeKind::Tree => {
            let options = options.get();
            let depths = tree::depths(&options);
            branches(&options, &depths, default.get().as_deref())
        }
        AttributeKind::Text => view! { <textarea rows="3" aria-labelledby="preview-question" dir="auto" prop:value=move || value.get()></textarea> }.into_any(),
        AttributeKind::Slider => view! { <Slider bounds value/> }.into_any(),
        AttributeKind::Time => typed("time").into_any(),
        AttributeKind::Date => typed("date").into_any(),
        AttributeKind::Other(_) => view! { <p class="quiet">{t(w::PREVIEW_UNKNOWN)}</p> }.into_any(),
    }
    };
    view! {
        <div class="form">
            <p class="asked" id="preview-question"><bdi>{move || question.get()}</bdi></p>
            <fieldset class="bare" aria-labelledby="preview-question" disabled=move || locked.get()>{answer}</fieldset>
            {move || (more.get() > 0).then(|| view! { <p class="quiet">{t_with(w::PREVIEW_MORE, &[("n", &number(u32::try_from(more.get()).unwrap_or(u32::MAX)))])}</p> })}
            {move || locked.get().then(|| view! { <p class="quiet">{t(w::PREVIEW_LOCKED)}</p> })}
        </div>
    }
}

/// Buttons or boxes, one an option.
fn choices(options: &[DraftOption], default: Option<&str>, input: &'static str) -> AnyView {
    let choice = |option: &DraftOption| {
        let checked = default == Some(option.key.as_str());
        view! { <label class="check"><input type=input name="preview" checked=checked/><bdi>{option.name.clone()}</bdi></label> }
    };
    options.iter().map(choice).collect_view().into_any()
}

/// A slider, with its number beside it.
#[component]
fn Slider(bounds: Memo<(i64, i64)>, value: Memo<String>) -> impl IntoView {
    // Starts anew when the draft changes where it starts.
    let shown = RwSignal::new(String::new());
    Effect::new(move |_| {
        let (min, max) = bounds.get();
        let value = value.get().trim().parse::<i64>().unwrap_or(min);
        shown.set(value.max(min).min(max.max(min)).to_string());
    });
    view! {
        <div class="range">
            <input type="range" step="1" aria-labelledby="preview-question" min=move || bounds.get().0.to_string() max=move || bounds.get().1.to_string()
                prop:value=move || shown.get() on:input=move |event| shown.set(event_target_value(&event))/>
            <output class="num">{move || shown.get()}</output>
        </div>
        <p class="ends quiet num"><span>{move || bounds.get().0}</span><span>{move || bounds.get().1}</span></p>
    }
}

/// A tree: each option can be chosen, and opened where others stand under it.
fn branches(options: &[DraftOption], depths: &[u16], default: Option<&str>) -> AnyView {
    let mut nodes = Vec::new();
    let mut i = 0;
    while i < options.len() {
        // Those under it follow it, deeper.
        let end = (i + 1..options.len()).find(|n| depths[*n] <= depths[i]).unwrap_or(options.len());
        let option = &options[i];
        let checked = default == Some(option.key.as_str());
        let under = (end > i + 1).then(|| {
            let words = t_with(w::PREVIEW_OPEN, &[("name", &say::name(&option.name))]);
            view! { <details open=depths[i] == 0><summary aria-label=words></summary>{branches(&options[i + 1..end], &depths[i + 1..end], default)}</details> }
        });
        nodes.push(view! {
            <li>
                <label class="check"><input type="checkbox" checked=checked/><bdi>{option.name.clone()}</bdi></label>
                {under}
            </li>
        });
        i = end;
    }
    view! { <ul class="branches">{nodes}</ul> }.into_any()
}
