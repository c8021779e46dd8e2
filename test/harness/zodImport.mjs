/** A rule of our own for the linter: how zod is imported. */

const MESSAGE =
  "Write import * as z: as one object the library brings its messages in every language into each bundle.";

const wholeZod = {
  create: (context) => ({
    ImportDeclaration({ source, specifiers }) {
      if (source.value !== "zod") return;
      for (const node of specifiers) if (node.type === "ImportSpecifier") context.report({ node, message: MESSAGE });
    },
  }),
};

export default { meta: { name: "ours" }, rules: { "whole-zod": wholeZod } };
