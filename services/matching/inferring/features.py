"""What an inferred passerelle is read from: each reading with its French label and its unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from services.matching.inferring.echoes import Given, echoes
from services.matching.inferring.kernels import Matrix

COSINE = "cosinus"
SHARE = "part"
YES = "0 ou 1"
LOGARITHM = "logarithme de %"


class Feature(NamedTuple):
    """One reading of a pair of métiers."""

    name: str
    label: str
    unit: str


LIKENESSES = (
    Feature("skills", "Savoir-faire et savoirs en commun", COSINE),
    Feature("coverage", "Part des compétences du métier visé déjà tenue, cœur de métier double", SHARE),
    Feature("coverage_back", "Part des compétences d’origine utiles au métier visé", SHARE),
    Feature("know_how", "Savoir-faire en commun", COSINE),
    Feature("knowledge", "Savoirs en commun", COSINE),
    Feature("contexts", "Contextes de travail en commun", COSINE),
    Feature("macros", "Macro-compétences en commun", COSINE),
    Feature("words", "Mots de toute la fiche en commun", COSINE),
    Feature("axes", "Vocabulaire proche (150 axes)", COSINE),
    Feature("themes", "Thèmes proches (60 axes)", COSINE),
    Feature("summary", "Mots de l’intitulé et de la définition en commun", COSINE),
    Feature("titles", "Mots de l’intitulé en commun", COSINE),
    Feature("access", "Mots de l’accès au métier en commun", COSINE),
    Feature("sectors", "Secteurs d’activité en commun", COSINE),
    Feature("same_family", "Même famille du ROME 3", YES),
    Feature("same_domain", "Même domaine professionnel", YES),
    Feature("same_letter", "Même grand domaine", YES),
    Feature("near_domain", "Domaines voisins dans l’arborescence", "1 / (1 + écart)"),
    Feature("near_family", "Familles voisines dans l’arborescence", "1 / (1 + écart)"),
    Feature("head", "Métier visé : tête de sa famille", YES),
    Feature("level_rise", "Niveau de diplôme en plus (en moins si négatif)", "années"),
    Feature("regulated_rise", "Vers un métier réglementé depuis un qui ne l’est pas", YES),
)
ECHOES = (
    Feature("neighbours", "Cibles des 30 métiers les plus proches, selon leur rang", "somme pondérée"),
    Feature("close_neighbours", "Cibles des 10 métiers les plus proches, selon leur rang", "somme pondérée"),
    Feature("neighbours_families", "Familles visées par les métiers proches", "cibles par métier"),
    Feature("neighbours_domains", "Domaines visés par les métiers proches", "cibles par métier"),
    Feature("neighbours_akin", "Ressemblance de compétences aux cibles des métiers proches", "somme pondérée"),
    Feature("neighbours_themes", "Ressemblance de vocabulaire aux cibles des métiers proches", "somme pondérée"),
    Feature("best_source", "Ressemblance au plus proche des métiers qui y mènent", COSINE),
    Feature("second_source", "Ressemblance au deuxième plus proche des métiers qui y mènent", COSINE),
    Feature("popularity", "Fréquence du métier visé", LOGARITHM),
    Feature("popularity_letter", "Fréquence du métier visé depuis le grand domaine", LOGARITHM),
    Feature("popularity_domain", "Fréquence du métier visé depuis le domaine", LOGARITHM),
    Feature("popularity_sector", "Fréquence du métier visé depuis les mêmes secteurs", LOGARITHM),
    Feature("domain_flow", "Passages d’un domaine à l’autre", LOGARITHM),
    Feature("reverse", "Passerelle officielle en sens inverse", YES),
    Feature("reverse_akin", "Passerelles du métier visé vers des métiers proches de l’origine", SHARE),
    Feature("joint", "Visés ensemble par d’autres métiers", COSINE),
)
RIVALS = (
    Feature("words", "Mots de toute la fiche", "logarithme"),
    Feature("axes", "Vocabulaire proche", "logarithme"),
    Feature("skills", "Savoir-faire et savoirs", "logarithme"),
    Feature("neighbours", "Cibles des métiers les plus proches", "logarithme"),
    Feature("neighbours_akin", "Compétences des cibles des métiers proches", "logarithme"),
    Feature("neighbours_themes", "Vocabulaire des cibles des métiers proches", "logarithme"),
    Feature("best_source", "Plus proche des métiers qui y mènent", "logarithme"),
    Feature("second_source", "Deuxième plus proche des métiers qui y mènent", "logarithme"),
)
"""Readings that are also taken against what the origin's other targets have."""
AMONG_RIVALS = tuple(
    Feature(f"{one.name}_among_rivals", f"{one.label}, rapporté à la onzième cible de l’origine", one.unit)
    for one in RIVALS
)
FEATURES = (*LIKENESSES, *ECHOES, *AMONG_RIVALS)
BETTER = 10
"""Targets of an origin that are better than the one that its readings are taken against."""
FLOOR, TINY = 0.02, 1e-6


def readings(like: Mapping[str, Matrix], given: Given) -> dict[str, Matrix]:
    """Every reading of every pair [origin, target], by name."""
    found = {**like, **echoes(given, like)}
    for feature, rivals in zip(RIVALS, AMONG_RIVALS, strict=True):
        found[rivals.name] = among_rivals(found[feature.name])
    return {feature.name: found[feature.name] for feature in FEATURES}


def among_rivals(reading: Matrix) -> Matrix:
    """Logarithm of a reading over the eleventh best of its origin: an origin like many others wants more to stand out."""
    others = np.maximum(reading, 0)
    np.fill_diagonal(others, 0)
    place = min(BETTER, len(others) - 1)
    bar = -np.partition(-others, place, axis=1)[:, place, None]
    return np.asarray(np.log((others + FLOOR * bar + TINY) / (bar + TINY)), dtype=np.float32)
