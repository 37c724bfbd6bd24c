//! Where in the list one is, and how high its rows are.

use leptos::{ev, prelude::*};

use crate::{
    app::portal,
    text::{inbox as words, number, t, t_with},
    ui::{changing::saying, density::Density},
};

/// "Row 12 of 100,000"; another number jumps there.
#[component]
pub fn Position() -> impl IntoView {
    let inbox = portal().inbox;
    let here = Memo::new(move |_| {
        let window = inbox.window();
        let row = inbox.selected.get().unwrap_or(window.first()) + 1;
        row.min(window.total)
    });
    let field = NodeRef::<leptos::html::Input>::new();
    let jump = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        let digits: String = field.value().chars().filter(char::is_ascii_digit).take(9).collect();
        if let Ok(row) = digits.parse::<u32>() {
            inbox.jump(row.saturating_sub(1));
        }
        // What is shown is where one is, whatever was typed.
        field.set_value(&number(here.get_untracked()));
        field.select();
    };
    view! {
        <form class="position" on:submit=jump hidden=Signal::derive(move || here.get() == 0)>
            <label for="row">{t(words::ROW)}</label>
            <input
                id="row" type="text" class="num" inputmode="numeric" autocomplete="off" maxlength="12" node_ref=field
                prop:value=Signal::derive(move || number(here.get())) on:focus=move |_| if let Some(field) = field.get_untracked() { field.select() }
            />
            <span class="num">{saying(move || t_with(words::ROW_OF, &[("total", &number(inbox.total.get().unwrap_or(0)))]))}</span>
        </form>
    }
}

/// More rows at once, or more air.
#[component]
pub fn DensityButton() -> impl IntoView {
    let inbox = portal().inbox;
    view! {
        <button
            type="button" class="btn quietly density" title=t(words::COMPACT) aria-label=t(words::COMPACT)
            aria-pressed=Signal::derive(move || (inbox.density.get() == Density::Compact).to_string())
            on:click=move |_| inbox.set_density(inbox.density.get_untracked().other())
        >
            <i aria-hidden="true">"≡"</i>
        </button>
    }
}
