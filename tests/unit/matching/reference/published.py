"""A small release of the ROME, written as that month's files might be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

OCCUPATIONS = """code_rome,libelle_rome,emploi_reglemente,code_rome_parent
B1604,Horloger / Horlogère,N,B1604
B1616,Opérateur / Opératrice en horlogerie,,B1604
H2909,"Monteur d''ensembles",N,H2909
J1501,Aide-soignant / Aide-soignante,O,J1501
"""
ITEMS = """code_ogr,libelle,code_rubrique
1,Assembler une pièce,1
2,Régler un mécanisme,1
3,Théorie du mouvement,3
4,Faire une toilette,1
5,Travailler la nuit,
"""
LINKS = """code_rome,code_ogr,coeur_metier
H2909,1,Principale
H2909,5,
B1604,1,
B1604,2,Principale
B1604,3,Émergente
B1616,2,
J1501,4,Principale
"""
MOBILITY = """code_rome,code_rome_cible,numero_ordre
H2909,B1616,2
H2909,B1604,1
B1604,B1616,1
"""
COMPETENCES = """code_ogr,nature,libelle_competence,code_ogr_macro_comp
1,Compétence,Assembler une pièce,90
2,Compétence,Régler un mécanisme,90
4,Compétence,Faire une toilette,
90,Macro-compétence,Monter des mécanismes,
"""
FILES: Mapping[str, str] = {
    "unix_referentiel_code_rome_v460_utf8.csv": OCCUPATIONS,
    "unix_item_v460_utf8.csv": ITEMS,
    "unix_coherence_item_v460_utf8.csv": LINKS,
    "unix_rubrique_mobilite_v460_utf8.csv": MOBILITY,
    "unix_referentiel_competence_v460_utf8.csv": COMPETENCES,
}


def written(folder: Path, changed: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The release in that folder, some of its files changed or, for None, absent."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**FILES, **(changed or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
