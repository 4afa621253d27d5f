//! OpenAPI schemas of the small types that are written as plain strings and numbers.

use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::config::{Seconds, Text};
use crate::ids::Id;
use crate::quantity::{Level, Permille, Priority};
use crate::time::ApiTime;

fn integer(least: u32, most: Option<u32>) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least));
    match most {
        Some(most) => object.maximum(Some(most)).into(),
        None => object.into(),
    }
}

impl<K> PartialSchema for Id<K> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}

impl<K> ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

impl PartialSchema for ApiTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for ApiTime {}

impl PartialSchema for Level {
    fn schema() -> RefOr<Schema> {
        integer(1, Some(10))
    }
}

impl ToSchema for Level {}

impl PartialSchema for Priority {
    fn schema() -> RefOr<Schema> {
        integer(0, Some(9))
    }
}

impl ToSchema for Priority {}

impl PartialSchema for Permille {
    fn schema() -> RefOr<Schema> {
        integer(0, None)
    }
}

impl ToSchema for Permille {}

impl PartialSchema for Seconds {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).into()
    }
}

impl ToSchema for Seconds {}

impl PartialSchema for Text {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let texts = ObjectBuilder::new().additional_properties(Some(text()));
        OneOfBuilder::new().item(text()).item(texts).into()
    }
}

impl ToSchema for Text {}
