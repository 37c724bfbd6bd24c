//! The editor of one question: what it is, what it asks about, its options; and what can be done with all of it.

use leptos::prelude::*;
use portal_model::{attribute::AttributeKind, schema::Place};

use super::{fields::Fields, head::focus_later, kinds, options::Options, rail, scope::Scope, state::Of, words as say};
use crate::{
    paths,
    text::{schema as w, t, t_count, t_with},
};

/// The question, or how to get it back.
#[component]
pub fn AttributeEditor(of: Of) -> impl IntoView {
    let editor = of.editor;
    let there = Memo::new(move |_| {
        editor.shape.track();
        of.with_untracked(|_| ()).is_some()
    });
    move || if there.get() { view! { <Question of/> }.into_any() } else { view! { <Leaving of/> }.into_any() }
}

/// A question that the draft archives.
#[component]
fn Leaving(of: Of) -> impl IntoView {
    let (id, title) = of.was(|was| (was.id, say::title(&was.question, &was.name))).unzip();
    view! {
        <section class="overview" aria-labelledby="question-title">
            <header class="of-head">
                <Back of/>
                <h2 id="question-title"><s><bdi>{title}</bdi></s></h2>
            </header>
            <p class="note">{t(w::QUESTION_LEAVES)}" "{t(w::QUESTION_NO_WAY_BACK)}</p>
            <p class="buttons"><button type="button" class="btn" on:click=move |_| if let Some(id) = id { rail::keep(of.editor, id); }>{t(w::KEEP)}</button></p>
        </section>
    }
}

/// On small screens: to the list.
#[component]
fn Back(of: Of) -> impl IntoView {
    view! { <a class="back" href=paths::schema(of.editor.id)><span class="arrow" aria-hidden="true">"‹"</span>" "{t(w::ALL_PARTS)}</a> }
}

#[component]
fn Question(of: Of) -> impl IntoView {
    let kind = Memo::new(move |_| of.kind());
    let unknown = Memo::new(move |_| matches!(*kind.read(), AttributeKind::Other(_)));
    view! {
        <Top of/>
        {move || unknown.get().then(|| view! { <p class="note">{t(w::UNKNOWN_KIND)}</p> })}
        <fieldset class="bare parts" disabled=move || unknown.get()>
            <legend class="sr">{t(w::EDIT)}</legend>
            <Kind of kind/>
            {move || view! { <Fields of kind=kind.get()/> }}
            <Scope of/>
            {move || kind.read().has_options().then(|| view! { <Options of kind=kind.get_untracked()/> })}
        </fieldset>
    }
}

/// What it is called, and what can be done with it.
#[component]
fn Top(of: Of) -> impl IntoView {
    let editor = of.editor;
    let title =
        Memo::new(move |_| of.with(|one| say::title(&one.fields.question, &one.fields.name)).unwrap_or_default());
    let existing = of.with_untracked(|one| one.existing().is_some()).unwrap_or(false);
    // Whether others stand above it, and below.
    let place = Memo::new(move |_| {
        editor.shape.track();
        editor.draft.with_untracked(|draft| {
            let at = of.key.with_value(|key| draft.attributes.iter().position(|one| one.key == *key));
            (at.is_some_and(|at| at > 0), at.is_some_and(|at| at + 1 < draft.attributes.len()))
        })
    });
    let key = move || of.key.get_value();
    let named = move |act| t_with(w::ACT_NAMED, &[("act", t(act)), ("name", &say::name(&title.get()))]);
    view! {
        <header class="of-head">
            <Back of/>
            <h2 id="question-title"><bdi>{move || title.get()}</bdi></h2>
            <div class="tools">
                <button type="button" class="btn quietly small" aria-label=move || named(w::UP) title=t(w::UP) disabled=move || !place.get().0
                    on:click=move |_| editor.edit(None, |draft| { kinds::step(draft, &key(), false); })>"↑"</button>
                <button type="button" class="btn quietly small" aria-label=move || named(w::DOWN) title=t(w::DOWN) disabled=move || !place.get().1
                    on:click=move |_| editor.edit(None, |draft| { kinds::step(draft, &key(), true); })>"↓"</button>
                <button type="button" class="btn quietly small" aria-label=move || named(w::DUPLICATE) on:click=move |_| {
                    let mut twin = None;
                    editor.edit(None, |draft| twin = kinds::duplicate(draft, &key()));
                    if let Some(key) = twin {
                        editor.open(&Place::Attribute { key });
                        focus_later("question".to_owned());
                    }
                }>{t(w::DUPLICATE)}</button>
                <button type="button" class="btn quietly small" aria-label=move || named(if existing { w::ARCHIVE } else { w::REMOVE }) on:click=move |_| {
                    editor.edit(None, |draft| draft.attributes.retain(|one| one.key != key()));
                    if !existing {
                        editor.open(&Place::Schema);
                    }
                }>{t(if existing { w::ARCHIVE } else { w::REMOVE })}</button>
            </div>
        </header>
    }
}

/// What answers it takes.
#[component]
fn Kind(of: Of, kind: Memo<AttributeKind>) -> impl IntoView {
    let (was, options) = of
        .was(|was| (was.kind.clone(), say::many(was.options.iter().filter(|option| !option.archived).count())))
        .unzip();
    let said = StoredValue::new(was);
    let changed = move || said.with_value(|was| was.as_ref().is_some_and(|was| *was != *kind.read()));
    let nested = move || said.with_value(|was| *was == Some(AttributeKind::Tree));
    let choose = move |word: String| {
        let to = AttributeKind::from(word);
        let base = of.was(Clone::clone);
        of.edit_all(None, |one| kinds::change(one, to, base.as_ref()));
    };
    view! {
        <div class="field">
            <label for="kind">{t(w::KIND)}</label>
            <select id="kind" aria-describedby="kind-hint" on:change=move |event| choose(event_target_value(&event))>
                {AttributeKind::KNOWN.into_iter().map(|one| {
                    let (word, name) = (one.as_str().to_owned(), say::kind(&one));
                    view! { <option value=word selected=move || *kind.read() == one>{name}</option> }
                }).collect_view()}
                {move || match &*kind.read() {
                    kind @ AttributeKind::Other(word) => Some(view! { <option value=word.clone() selected=true>{say::kind(kind)}</option> }),
                    _ => None,
                }}
            </select>
            <p class="quiet" id="kind-hint">{move || say::kind_hint(&kind.read())}</p>
            {move || changed().then(|| {
                let gone = options.filter(|n| *n > 0 && !kind.read().has_options());
                let flat = (nested() && kind.read().has_options()).then(|| t(w::KIND_FLAT));
                view! {
                    <p class="note">
                        {t(w::KIND_CHANGED)}
                        {gone.map(|n| format!(" {}", t_count(w::KIND_GONE_ONE, w::KIND_GONE_OTHER, n)))}
                        {flat.map(|words| format!(" {words}"))}
                    </p>
                }
            })}
        </div>
    }
}
