//! The form as annotators will see it: operable, and as the draft stands.

use leptos::prelude::*;
use portal_model::{
    attribute::{AttributeKind, DraftOption},
    schema::Place,
};

use super::{
    state::{Editor, Of},
    tree, words as say,
};
use crate::text::{number, schema as w, t, t_with};

/// More options are counted, not drawn: this is a preview.
const DRAWN: usize = 200;
/// More questions are counted, too.
const QUESTIONS: usize = 40;

/// What is open, as annotators will see it: a question, what is asked about a label, or all that is asked.
#[component]
pub fn Previews(editor: Editor) -> impl IntoView {
    // The questions to show, by key; all over again where one takes other answers.
    let asked = Memo::new(move |_| {
        let at = editor.at.get();
        editor.draft.with(|draft| {
            let shown = |one: &&portal_model::schema::DraftAttribute| match &at {
                Place::Schema => true,
                Place::Label { key } => one.labels.contains(key),
                Place::Attribute { key } => one.key == *key,
            };
            draft.attributes.iter().filter(shown).map(|one| (one.key.clone(), one.kind.clone())).collect::<Vec<_>>()
        })
    });
    move || {
        let asked = asked.get();
        let more = asked.len().saturating_sub(QUESTIONS);
        let none = asked.is_empty();
        view! {
            {none.then(|| view! { <p class="quiet">{t(w::PREVIEW_NOTHING)}</p> })}
            {asked.into_iter().take(QUESTIONS).map(|(key, kind)| view! { <Preview of=Of::new(editor, key) kind/> }).collect_view()}
            {(more > 0).then(|| view! { <p class="quiet">{t_with(w::PREVIEW_MORE_QUESTIONS, &[("n", &number(say::many(more)))])}</p> })}
        }
    }
}

/// One question.
#[component]
fn Preview(of: Of, kind: AttributeKind) -> impl IntoView {
    let question =
        Memo::new(move |_| of.with(|one| say::title(&one.fields.question, &one.fields.name)).unwrap_or_default());
    let locked = Memo::new(move |_| of.with(|one| one.fields.read_only).unwrap_or(false));
    let options = Memo::new(move |_| of.options(|options| options.iter().take(DRAWN).cloned().collect::<Vec<_>>()));
    let more = Memo::new(move |_| of.options(|options| options.len().saturating_sub(DRAWN)));
    let default = Memo::new(move |_| of.with(|one| one.fields.default_option.clone()).flatten());
    let value = Memo::new(move |_| of.with(|one| one.fields.default_value.clone()).flatten().unwrap_or_default());
    let bounds = Memo::new(move |_| {
        of.with(|one| (one.fields.min.unwrap_or(0), one.fields.max.unwrap_or(100))).unwrap_or((0, 100))
    });
    // Several may be shown at once.
    let asked = of.key.with_value(|key| format!("preview-{key}"));
    let labelled = StoredValue::new(asked.clone());
    let typed = move |input: &'static str| {
        view! { <input type=input aria-labelledby=labelled.get_value() dir="auto" value=move || value.get() prop:value=move || value.get()/> }
    };
    let answer = move || {
        match &kind {
        AttributeKind::Select => view! {
            <select aria-labelledby=labelled.get_value()>
                <option value="">{t(w::PREVIEW_CHOOSE)}</option>
                {options.get().into_iter().map(|option| {
                    let selected = default.read().as_ref() == Some(&option.key);
                    view! { <option value=option.key selected=selected>{option.name}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        AttributeKind::Radio => choices(&options.get(), default.get().as_deref(), "radio", &labelled.get_value()),
        AttributeKind::MultipleSelect => choices(&options.get(), default.get().as_deref(), "checkbox", &labelled.get_value()),
        AttributeKind::Tree => {
            let options = options.get();
            let depths = tree::depths(&options);
            branches(&options, &depths, default.get().as_deref())
        }
        AttributeKind::Text => view! { <textarea rows="3" aria-labelledby=labelled.get_value() dir="auto" prop:value=move || value.get()></textarea> }.into_any(),
        AttributeKind::Slider => view! { <Slider bounds value named=labelled.get_value()/> }.into_any(),
        AttributeKind::Time => typed("time").into_any(),
        AttributeKind::Date => typed("date").into_any(),
        AttributeKind::Other(_) => view! { <p class="quiet">{t(w::PREVIEW_UNKNOWN)}</p> }.into_any(),
    }
    };
    view! {
        <div class="form">
            <p class="asked" id=asked><bdi>{move || question.get()}</bdi></p>
            <fieldset class="bare" aria-labelledby=labelled.get_value() disabled=move || locked.get()>{answer}</fieldset>
            {move || (more.get() > 0).then(|| view! { <p class="quiet">{t_with(w::PREVIEW_MORE, &[("n", &number(say::many(more.get())))])}</p> })}
            {move || locked.get().then(|| view! { <p class="quiet">{t(w::PREVIEW_LOCKED)}</p> })}
        </div>
    }
}

/// Buttons or boxes, one an option.
fn choices(options: &[DraftOption], default: Option<&str>, input: &'static str, of: &str) -> AnyView {
    let choice = |option: &DraftOption| {
        let checked = default == Some(option.key.as_str());
        view! { <label class="check"><input type=input name=of.to_owned() checked=checked/><bdi>{option.name.clone()}</bdi></label> }
    };
    options.iter().map(choice).collect_view().into_any()
}

/// A slider, with its number beside it.
#[component]
fn Slider(bounds: Memo<(i64, i64)>, value: Memo<String>, named: String) -> impl IntoView {
    // Starts anew when the draft changes where it starts.
    let shown = RwSignal::new(String::new());
    Effect::new(move |_| {
        let (min, max) = bounds.get();
        let value = value.get().trim().parse::<i64>().unwrap_or(min);
        shown.set(value.max(min).min(max.max(min)).to_string());
    });
    view! {
        <div class="range">
            <input type="range" step="1" aria-labelledby=named min=move || bounds.get().0.to_string() max=move || bounds.get().1.to_string()
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
