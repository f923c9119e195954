//! Classes, interfaces, enums, records and annotations: heads and bodies.
//!
//! In: tokens. Out: classes with their supertypes and members.
//! Invariant: a head is read in the scope around its class, the body in its own.
//! Never: binds a member as a local.

use super::{Flags, Kind, Nature, Parser, RawClass, Visibility};
use crate::parse::java::extract::NO_CLASS;
use crate::parse::java::token::PERMITS;
use crate::parse::scan::Symbol;

impl Parser<'_> {
    /// Annotations and modifiers.
    pub(super) fn modifiers(&mut self) -> Flags {
        let mut flags = Flags::default();
        let mut see = |visibility| {
            flags.visibility = visibility;
            flags.explicit = true;
        };
        loop {
            match self.kind() {
                Kind::At if self.kind_at(1) == Kind::Ident => {
                    self.annotations();
                    continue;
                }
                Kind::Public => see(Visibility::Public),
                Kind::Protected => see(Visibility::Protected),
                Kind::Private => see(Visibility::Private),
                Kind::Modifier => {}
                _ => break,
            }
            self.bump();
        }
        self.more_modifiers(flags)
    }

    fn more_modifiers(&mut self, mut flags: Flags) -> Flags {
        match self.kind() {
            Kind::Static => flags.is_static = true,
            Kind::Abstract => flags.is_abstract = true,
            Kind::Synchronized if self.kind_at(1) != Kind::OpenParen => {}
            Kind::Default if !matches!(self.kind_at(1), Kind::Colon | Kind::Arrow) => {}
            Kind::Ident if self.contextual_modifier() > 0 => {
                self.at += self.contextual_modifier() - 1;
            }
            _ => return flags,
        }
        self.bump();
        let more = self
            .deeper(|parser| Some(parser.modifiers()))
            .unwrap_or_default();
        Flags {
            visibility: if more.explicit {
                more.visibility
            } else {
                flags.visibility
            },
            explicit: flags.explicit || more.explicit,
            is_static: flags.is_static || more.is_static,
            is_abstract: flags.is_abstract || more.is_abstract,
        }
    }

    /// A declaration after its modifiers.
    pub(super) fn class_declaration(&mut self, flags: Flags, nature: Nature) {
        let annotation = self.eat(Kind::At);
        let keyword = self.bump().kind;
        let name = self.token();
        self.expect(Kind::Ident);
        if nature == Nature::Local {
            self.types.bind(name.data);
        }
        let interface = annotation || keyword == Kind::Interface;
        let class = self.add_class(name.data, name.start, flags, nature, interface);
        let scope = self.enter();
        if self.is(Kind::Less) {
            self.type_parameters();
        }
        if self.is(Kind::OpenParen) {
            self.components(class);
        }
        self.heads(class);
        self.class_body(class, keyword == Kind::Enum);
        self.leave(scope);
    }

    /// A new class inside the current one.
    pub(super) fn add_class(
        &mut self,
        name: Symbol,
        offset: u32,
        flags: Flags,
        nature: Nature,
        is_interface: bool,
    ) -> u32 {
        let index = u32::try_from(self.classes.len()).unwrap_or(NO_CLASS);
        let parent = self.class;
        let mut visibility = flags.visibility;
        if let Some(outer) = self.classes.get_mut(parent as usize) {
            if nature == Nature::Member {
                outer.members.push(index);
            }
            if outer.is_interface && !flags.explicit {
                visibility = Visibility::Public;
            }
        }
        self.classes.push(RawClass {
            name,
            parent,
            nature,
            visibility,
            is_abstract: is_interface || flags.is_abstract,
            is_interface,
            offset,
            supers: Vec::new(),
            local_super: None,
            members: Vec::new(),
            fields: Vec::new(),
            methods: Vec::new(),
        });
        index
    }

    /// Record components: private fields and accessors.
    fn components(&mut self, class: u32) {
        let outer = std::mem::replace(&mut self.class, class);
        let mark = self.variables.enter();
        let names = self.parameters().names;
        self.variables.leave(mark);
        self.class = outer;
        let Some(record) = self.classes.get_mut(class as usize) else {
            return;
        };
        for name in names {
            let flags = Flags {
                visibility: Visibility::Private,
                explicit: true,
                ..Flags::default()
            };
            record.fields.push((name, flags));
            let flags = Flags {
                visibility: Visibility::Public,
                explicit: true,
                ..Flags::default()
            };
            record.methods.push(super::RawMethod {
                name,
                arity: 0,
                variadic: false,
                flags,
            });
        }
    }

    /// `extends A implements B, C permits D`.
    fn heads(&mut self, class: u32) {
        loop {
            let inherits = match self.kind() {
                Kind::Extends | Kind::Implements => true,
                Kind::Ident if self.is_word(PERMITS) => false,
                _ => return,
            };
            self.bump();
            loop {
                self.inherits = inherits;
                let of = self.type_();
                self.inherits = false;
                if let Some(record) = self.classes.get_mut(class as usize).filter(|_| inherits) {
                    record.supers.extend(of);
                }
                if !self.eat(Kind::Comma) {
                    break;
                }
            }
        }
    }

    /// `{ … }` of `class`.
    pub(super) fn class_body(&mut self, class: u32, is_enum: bool) {
        if !self.eat(Kind::OpenBrace) {
            return self.recover();
        }
        let outer = std::mem::replace(&mut self.class, class);
        self.deeper(|parser| {
            if is_enum {
                parser.constants();
            }
            parser.members();
        });
        self.class = outer;
        self.expect(Kind::CloseBrace);
    }

    /// The constants of an enum, up to the `;`.
    fn constants(&mut self) {
        let class = self.class;
        while !matches!(self.kind(), Kind::Semicolon | Kind::CloseBrace | Kind::End) {
            self.annotations();
            let name = self.token();
            if !self.eat(Kind::Ident) {
                return self.recover();
            }
            let flags = Flags {
                visibility: Visibility::Public,
                explicit: true,
                is_static: true,
                is_abstract: false,
            };
            if let Some(record) = self.classes.get_mut(class as usize) {
                record.fields.push((name.data, flags));
            }
            if self.is(Kind::OpenParen) {
                self.arguments();
            }
            if self.is(Kind::OpenBrace) {
                let body = self.add_class(
                    name.data,
                    name.start,
                    Flags::default(),
                    Nature::Anonymous,
                    false,
                );
                if let Some(record) = self.classes.get_mut(body as usize) {
                    record.local_super = Some(class);
                }
                self.class_body(body, false);
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.eat(Kind::Semicolon);
    }
}
