//! Answers to the questions of schemas, put into words. Diffgram keeps ids with the annotations; the words are in the schemas,
//! which are read once in a while: they change seldom.

use std::{collections::HashMap, sync::Arc, time::Duration};

use portal_diffgram::{
    Error, ProjectClient,
    types::{Given, GivenValue},
};
use portal_model::{
    api::answers::{Answer, AnswerValue, Answers},
    attribute::Attribute,
    id::{AttributeId, OptionId, ProjectId},
};

use crate::sync::Sync;

/// Words are read again after so long: a renamed option shows by then.
const LIFE: Duration = Duration::from_secs(60);
/// A path of options is not followed deeper than this.
const MAX_DEPTH: usize = 32;

/// The questions of a project, by id.
type Words = HashMap<AttributeId, Attribute>;

/// Puts answers into words. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wording {
    sync: Sync,
    words: moka::future::Cache<ProjectId, Arc<Words>>,
}

impl Wording {
    /// Read through the projects' clients.
    #[must_use]
    pub fn new(sync: Sync) -> Self {
        Self { sync, words: moka::future::Cache::builder().max_capacity(100).time_to_live(LIFE).build() }
    }

    /// The answers in words. Where the schemas cannot be read, ids and the names kept with the answers must do.
    pub async fn word(&self, project: &ProjectId, given: &[Given]) -> Vec<Answers> {
        if given.is_empty() {
            return Vec::new();
        }
        let read = async {
            match self.sync.client(project) {
                Some(client) => all(client).await.map(Arc::new),
                None => Ok(Arc::default()),
            }
        };
        let words = self.words.try_get_with(project.clone(), read).await.unwrap_or_else(|error| {
            tracing::warn!(error = &*error as &dyn std::error::Error, "answers.unworded");
            Arc::default()
        });
        given.iter().map(|given| worded(given, &words)).collect()
    }
}

/// The attributes of all schemas that are not archived.
async fn all(client: &ProjectClient) -> Result<Words, Error> {
    let mut words = Words::new();
    for schema in client.schemas().await? {
        let read = client.attributes(schema.id).await?;
        words.extend(read.list.into_iter().map(|state| (state.attribute.id, state.attribute)));
    }
    Ok(words)
}

fn worded(given: &Given, words: &Words) -> Answers {
    let mut answers: Vec<(i64, Answer)> = given
        .answers
        .iter()
        .map(|(id, values)| {
            let attribute = words.get(id);
            let question = attribute.map(|attribute| {
                if attribute.question.is_empty() { attribute.name.clone() } else { attribute.question.clone() }
            });
            let place = attribute.map_or(i64::MAX, |attribute| attribute.position);
            (
                place,
                Answer {
                    attribute: *id,
                    question,
                    values: values.iter().map(|value| value_of(value, attribute)).collect(),
                },
            )
        })
        .collect();
    answers.sort_by_key(|(place, answer)| (*place, answer.attribute));
    Answers { annotation: given.annotation, answers: answers.into_iter().map(|(_, answer)| answer).collect() }
}

fn value_of(value: &GivenValue, attribute: Option<&Attribute>) -> AnswerValue {
    match value {
        GivenValue::Said(text) => AnswerValue::Said(text.clone()),
        GivenValue::Option { id, name } => match attribute.and_then(|attribute| path(attribute, *id)) {
            Some(path) => AnswerValue::Option(path),
            None => AnswerValue::Gone { id: *id, name: name.clone() },
        },
    }
}

/// An option with those above it.
fn path(attribute: &Attribute, id: OptionId) -> Option<String> {
    let find = |id: OptionId| attribute.options.iter().find(|option| option.id == id && !option.archived);
    let mut names = Vec::new();
    let mut at = Some(find(id)?);
    while let Some(option) = at.filter(|_| names.len() < MAX_DEPTH) {
        names.push(option.name.as_str());
        at = option.parent.and_then(find);
    }
    names.reverse();
    Some(names.join(" › "))
}

#[cfg(test)]
mod tests {
    use portal_model::{
        attribute::{AttributeKind, AttributeOption, AttributeScope},
        id::AnnotationId,
    };

    use super::*;

    fn tree() -> Attribute {
        let option = |id, name: &str, parent: Option<i64>, archived| AttributeOption {
            id: OptionId(id),
            name: name.into(),
            parent: parent.map(OptionId),
            archived,
        };
        Attribute {
            id: AttributeId(8),
            question: "Which colour?".into(),
            name: "colour".into(),
            kind: AttributeKind::Tree,
            scope: AttributeScope::Labels,
            labels: Vec::new(),
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            position: 3,
            options: vec![
                option(1, "warm", None, false),
                option(2, "red", Some(1), false),
                option(3, "old", Some(1), true),
                option(4, "odd", Some(4), false),
            ],
        }
    }

    #[test]
    fn answers_are_worded_and_what_is_gone_says_so() {
        let words = Words::from([(AttributeId(8), tree())]);
        let option = |id, name: Option<&str>| GivenValue::Option { id: OptionId(id), name: name.map(str::to_owned) };
        let given = Given {
            annotation: Some(AnnotationId(5)),
            answers: vec![
                (AttributeId(99), vec![GivenValue::Said("7".into())]),
                (AttributeId(8), vec![option(2, Some("rot")), option(3, Some("old")), option(12, None)]),
            ],
        };
        let worded = worded(&given, &words);
        assert_eq!(worded.annotation, Some(AnnotationId(5)));
        assert_eq!(
            worded.answers,
            [
                Answer {
                    attribute: AttributeId(8),
                    question: Some("Which colour?".into()),
                    values: vec![
                        AnswerValue::Option("warm › red".into()),
                        AnswerValue::Gone { id: OptionId(3), name: Some("old".into()) },
                        AnswerValue::Gone { id: OptionId(12), name: None },
                    ],
                },
                Answer { attribute: AttributeId(99), question: None, values: vec![AnswerValue::Said("7".into())] },
            ]
        );
    }

    #[test]
    fn dat_04_a_circle_of_options_ends() {
        assert!(path(&tree(), OptionId(4)).is_some_and(|path| path.starts_with("odd › odd")));
    }
}
