//! What somebody wrote with formatting: the one place of the page that sets HTML.

use leptos::prelude::*;
use portal_model::api::issues::SafeHtml;

/// HTML from Diffgram that the gateway has sanitised. Should something slip through all the same, the content security policy runs no
/// script of it.
#[component]
pub fn Said(html: SafeHtml) -> impl IntoView {
    view! { <div class="said" dir="auto" inner_html=html.0></div> }
}
