"""Bills of materials of programs and files: the actions that find out what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from attrs import asdict, evolve, frozen

from oxidize.graph.action import Action, Artifact, Output
from oxidize.objects.collection import ResourceTree
from oxidize.objects.context import Context
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.file_content import FileContent
from oxidize.objects.laid_out import laid_out
from oxidize.objects.problem import refuse

if TYPE_CHECKING:
    from oxidize.objects.executable import PythonExecutable
    from oxidize.objects.product import Product
    from oxidize.sbom.bill import Product as Described

SbomFormat = Literal["cyclonedx", "spdx"]
# What tools know such files by.
_ENDINGS: Mapping[SbomFormat, str] = {"cyclonedx": ".cdx.json", "spdx": ".spdx.json"}


@frozen
class Contents:
    """What a bill is of: programs, and resources that lie in folders as files."""

    context: Context
    name: str
    programs: Sequence[PythonExecutable]
    trees: Sequence[ResourceTree] = ()
    product: Product | None = None

    def sbom(self, form: SbomFormat) -> Artifact:
        """The bill. Asked once all functions that could change a program are done."""
        product = asdict(self._described())
        action = self.context.action(
            "write-sbom",
            f"write the bill of materials of {product['name']}",
            params={"format": form, "product": product},
            inputs={"components": tuple(self._components())},
        )
        return action.output("sbom")

    def licences(self) -> tuple[Artifact, ...]:
        """A text for each program. Asked when a bill may be."""
        return tuple(each.licenses() for each in self.programs)

    def file(self, form: SbomFormat) -> FileContent:
        """The bill as a file. Refuses programs that can be changed still."""
        if changing := next((each for each in self.programs if not each.frozen), None):
            refuse(
                "OX1177",
                f'what is in the program "{changing.name}" isn\'t settled yet',
                help="ask for its bill of materials in the function of another target, which "
                "depends on that of the program",
            )
        package = self.product.package if self.product else self.name
        return FileContent(
            context=self.context,
            name=f"{package}{_ENDINGS[form]}",
            artifact=self.sbom(form),
            runnable=False,
        )

    def _described(self) -> Described:
        from oxidize.sbom.bill import Product as Described

        product = self.product
        if product is None:
            return Described(self.name)
        return Described(
            name=product.name,
            version=product.version,
            publisher=product.publisher,
            summary=product.summary,
            licence=product.licence,
            url=product.url,
        )

    def _components(self) -> Iterator[Output]:
        for program in self.programs:
            actions = program.actions()
            yield self._listed(
                f"list what is in {program.name}",
                program.distribution,
                {"runtime": (actions.runtime.output("runtime"),), "containers": actions.containers},
                program.resources,
            )
        for tree in self.trees:
            if tree.group == "third-party" and tree.distribution:
                folder = {"folder": (laid_out([tree], self.context),)}
                yield self._listed(f"list {tree.title}", tree.distribution, folder, [tree])

    def _listed(
        self,
        label: str,
        distribution: DistributionArtifacts,
        inputs: Mapping[str, Sequence[Artifact]],
        resources: Iterable[ResourceTree],
    ) -> Output:
        found = dict.fromkeys(each for tree in resources if (each := _installation(tree)))
        wheels = tuple(_wheels(each, distribution) for each in found)
        action = self.context.action(
            "list-components",
            label,
            params={"folder": "folder" in inputs},
            inputs={"distribution": (distribution.description,), **inputs, "wheels": wheels},
        )
        return action.output("components")


def _installation(tree: ResourceTree) -> Action | None:
    """What installed a tree's packages, if they are of an index."""
    made = tree.tree
    installed = isinstance(made, Output) and made.action.mnemonic == "install-packages"
    return made.action if isinstance(made, Output) and installed else None


def _wheels(installation: Action, distribution: DistributionArtifacts) -> Output:
    """The wheels that it installed."""
    inputs = installation.inputs
    kept = {
        r: v for r, v in inputs.items() if r.startswith(("section", "python", "interp", "wheel/"))
    }
    action = evolve(
        installation,
        mnemonic="find-wheels",
        label=installation.label.replace("install", "find the wheels of", 1),
        params={"wheels": installation.params["wheels"], "env": installation.params["env"]},
        inputs={
            **kept,
            "distribution": (distribution.description,),
            "packages": (installation.output("packages"),),
        },
    )
    return action.output("wheels")
