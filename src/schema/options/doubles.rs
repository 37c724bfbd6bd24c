//! Options that have the same name beside each other, and making one of them.

use leptos::prelude::*;

use crate::{
    schema::{state::Of, tree, words as say},
    text::{schema as w, t, t_count},
};

/// What there is twice, and what merging does; nothing where there is none.
#[component]
pub fn Doubles(of: Of) -> impl IntoView {
    let editor = of.editor;
    // Renaming makes them too: they are counted with the faults.
    let doubles = Memo::new(move |_| {
        editor.shape.track();
        editor.checked.track();
        of.options_untracked(tree::doubles)
    });
    move || {
        let n = say::many(doubles.get());
        (n > 0).then(|| {
            view! {
                <div class="note doubles">
                    <p><strong>{t_count(w::DOUBLES_ONE, w::DOUBLES_OTHER, n)}</strong>" "{t(w::MERGE_HINT)}</p>
                    <button type="button" class="btn small" on:click=move |_| {
                        let mut gone = 0;
                        of.edit(None, |draft| gone = tree::merge(draft));
                        editor.portal.say(t_count(w::MERGED_ONE, w::MERGED_OTHER, say::many(gone)));
                    }>{t(w::MERGE)}</button>
                </div>
            }
        })
    }
}
