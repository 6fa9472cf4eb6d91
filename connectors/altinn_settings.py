"""What the connector to the Altinn apps needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator


class Settings(BaseModel):
    """The agency's apps at Altinn."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    org: str = Field("hdir", description="The agency's short name at Altinn.")
    apps_url: str = Field(
        description="The apps' address, e.g. https://{org}.apps.altinn.no; `{org}` in it is replaced."
    )
    platform_url: str = Field(description="Altinn's platform, e.g. https://platform.altinn.no.")
    kinds: Mapping[str, str] = Field(
        default={"autorisasjon": "authorisation", "lisens": "licence"},
        description="The apps people apply in: app → kind of case.",
    )
    supplement_app: str = Field("ettersending", description="The app that supplements come through.")
    withdrawal_app: str = Field("trekk", description="The app in which an application is withdrawn.")
    reference_key: SecretStr = Field(
        min_length=16,
        description="Signs the reference in a prefilled supplement form, so that we know it again.",
    )
    read_from: Literal["app", "storage"] = Field(
        "app",
        description="Where forms are read: in the app, or in Storage (when the app is down or retired).",
    )
    max_document_bytes: int = Field(25 * 1024 * 1024, gt=0, description="Largest attachment, in bytes.")
    max_documents: int = Field(50, gt=0, description="Most attachments to one form.")
    scan_wait: timedelta = Field(
        timedelta(seconds=30), description="Wait before looking again for the end of a malware scan."
    )
    submit_wait: timedelta = Field(
        timedelta(seconds=30), description="Wait before looking again at a form that is not yet submitted."
    )
    find_margin: timedelta = Field(
        timedelta(minutes=5),
        description="How far back of the request an earlier supplement form is looked for.",
    )
    model_type: str = Field("model", description="The data type of the form itself.")
    payment_type: str = Field("paymentInformation", description="The data type of the app's payment.")
    skipped_types: frozenset[str] = Field(
        frozenset({"ref-data-as-pdf", "paymentReceiptPdf"}),
        description="Data types that the app generates; they are no attachments.",
    )
    form_link: str = Field(
        "{apps_url}/{org}/{app}/#/instance/{instance}", description="The address of a form, for its owner."
    )
    numbers_of_2032: bool = Field(False, description="Accept the identity numbers that are issued from 2032.")
    carry_seconds: float = Field(
        300.0, gt=0, description="Longest time for one effect, all its calls and downloads included."
    )

    @field_validator("apps_url")
    @classmethod
    def _of_the_org(cls, apps_url: str, info: ValidationInfo) -> str:
        return apps_url.replace("{org}", str(info.data.get("org", ""))).rstrip("/")

    @property
    def apps(self) -> tuple[str, ...]:
        """Every app that forms come from."""
        return (*self.kinds, self.supplement_app, self.withdrawal_app)

    def link_to(self, app: str, instance: str) -> str:
        return self.form_link.format(apps_url=self.apps_url, org=self.org, app=app, instance=instance)
