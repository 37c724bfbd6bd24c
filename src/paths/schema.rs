//! Places in a schema that is being edited, as addresses.

use portal_model::{
    id::{AttributeId, SchemaId},
    links::encode,
    schema::Place,
};

use super::{attribute, schema};
use crate::route::Address;

const LABEL: &str = "label";
const QUESTION: &str = "question";

/// A place in a schema. What is only in a draft is found by the draft's own key: for whoever has that draft.
pub fn in_schema(id: SchemaId, place: &Place) -> String {
    match place {
        Place::Schema => schema(id),
        Place::Label { key } => format!("{}?{LABEL}={}", schema(id), encode(key)),
        Place::Attribute { key } => match key.parse::<AttributeId>() {
            Ok(existing) => attribute(id, existing),
            Err(_) => format!("{}?{QUESTION}={}", schema(id), encode(key)),
        },
    }
}

/// The place of such an address; `None` for an attribute's id that is none.
pub fn place_in_schema(address: &Address) -> Option<Place> {
    let mut parts = address.path.split('/').filter(|part| !part.is_empty()).skip_while(|part| *part != "attributes");
    if parts.next().is_some() {
        let id: AttributeId = parts.next()?.parse().ok()?;
        return Some(Place::Attribute { key: id.to_string() });
    }
    Some(match (address.parameter(LABEL), address.parameter(QUESTION)) {
        (Some(key), _) => Place::Label { key },
        (None, Some(key)) => Place::Attribute { key },
        (None, None) => Place::Schema,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_addresses_of_the_schemas_page() {
        let at = |place: Place| in_schema(SchemaId(2), &place);
        assert_eq!(at(Place::Schema), "/schemas/2");
        assert_eq!(at(Place::Label { key: "7".into() }), "/schemas/2?label=7");
        assert_eq!(at(Place::Attribute { key: "9".into() }), "/schemas/2/attributes/9");
        assert_eq!(at(Place::Attribute { key: "new-1 & 2".into() }), "/schemas/2?question=new-1%20%26%202");
        let read = |path: &str| place_in_schema(&Address { path: path.into(), query: String::new() });
        assert_eq!(read("/schemas/2/attributes/9"), Some(Place::Attribute { key: "9".into() }));
        assert_eq!(read("/schemas/2/attributes/x"), None);
    }
}
