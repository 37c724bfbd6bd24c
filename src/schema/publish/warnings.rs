//! What must be known before a draft is applied: what Diffgram cannot take back, what may take until tomorrow, and what it
//! ignores.

use leptos::prelude::*;
use portal_model::{
    api::schemas::{SchemaDetail, Warning},
    attribute::Change,
    id::AttributeId,
    schema::SchemaChange,
};

use crate::{
    schema::words::{self as say, title},
    text::{number, publish as w, schema, t, t_count, t_with},
};

/// Longer lists of labels are cut.
const NAMED: usize = 8;

/// The warnings, each one sentence; nothing where there is none.
pub fn warnings(all: &[Warning], base: &SchemaDetail) -> Option<AnyView> {
    let lines: Vec<AnyView> = all.iter().map(|one| view! { <li>{words(one, base)}</li> }.into_any()).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="note" aria-labelledby="review-warnings">
                <h3 id="review-warnings">{t(w::WARNINGS)}</h3>
                <ul class="sentences">{lines}</ul>
            </section>
        }
        .into_any()
    })
}

fn words(warning: &Warning, base: &SchemaDetail) -> String {
    let of = |attribute: &AttributeId, words: &str| {
        t_with(w::WARNING_OF, &[("name", &say::name(&question(base, *attribute))), ("words", words)])
    };
    match warning {
        Warning::OptionsArchived { attribute, count } => {
            of(attribute, &t_count(w::OPTIONS_ARCHIVED_ONE, w::OPTIONS_ARCHIVED_OTHER, *count))
        }
        Warning::AttributeArchived { attribute } => of(attribute, t(w::WARN_ATTRIBUTE_ARCHIVED)),
        Warning::KindChanged { attribute } => of(attribute, t(w::WARN_KIND)),
        Warning::LabelsTakenOff { attribute, labels } => {
            let more = labels.len().saturating_sub(NAMED);
            let mut names = labels.iter().take(NAMED).map(|label| say::name(label)).collect::<Vec<_>>();
            if more > 0 {
                let more = number(u32::try_from(more).unwrap_or(u32::MAX));
                names.push(t_with(schema::MORE, &[("n", &more)]));
            }
            of(attribute, &t_with(w::WARN_LABELS_OFF, &[("labels", &names.join(", "))]))
        }
        Warning::NameChanged { attribute } => of(attribute, t(schema::QUERIES_BREAK)),
        Warning::NewAttributes { count, left } => {
            let key = if count > left { w::WARN_NEW_LATER } else { w::WARN_NEW };
            t_with(key, &[("n", &number(*count)), ("left", &number(*left))])
        }
        Warning::LabelsStay { count } => t_count(w::WARN_LABELS_STAY_ONE, w::WARN_LABELS_STAY_OTHER, *count),
    }
}

/// What a question is called in the state that was read.
fn question(base: &SchemaDetail, id: AttributeId) -> String {
    let found = base.attributes.iter().find(|state| state.attribute.id == id);
    found.map_or_else(|| id.to_string(), |state| title(&state.attribute.question, &state.attribute.name))
}

/// What of these changes Diffgram does not keep.
pub fn ignored(changes: &[SchemaChange]) -> Vec<&'static str> {
    let options = changes.iter().any(|change| match change {
        SchemaChange::AttributeAdded { options, .. } => *options > 1,
        SchemaChange::AttributeChanged { changes, .. } => {
            changes.iter().any(|change| matches!(change, Change::OptionAdded { .. } | Change::OptionMoved { .. }))
        }
        _ => false,
    });
    let new = changes.iter().any(|change| matches!(change, SchemaChange::AttributeAdded { .. }));
    let mut ignored = Vec::new();
    if options {
        ignored.push(t(w::IGNORED_ORDER));
    }
    if new {
        ignored.push(t(w::IGNORED_SHOW_PROMPT));
    }
    ignored
}

#[cfg(test)]
mod tests {
    use portal_model::attribute::AttributeKind;

    use super::*;

    #[test]
    fn what_is_ignored_is_said_where_it_matters_and_nowhere_else() {
        let new = |kind, options| {
            [SchemaChange::AttributeAdded { key: "new-1".into(), question: "Q?".into(), kind, options }]
        };
        assert_eq!(ignored(&new(AttributeKind::Tree, 3)), [t(w::IGNORED_ORDER), t(w::IGNORED_SHOW_PROMPT)]);
        assert_eq!(ignored(&new(AttributeKind::Text, 0)), [t(w::IGNORED_SHOW_PROMPT)]);
        let renamed = [SchemaChange::Renamed { from: "a".into(), to: "b".into() }];
        assert!(ignored(&renamed).is_empty());
    }
}
