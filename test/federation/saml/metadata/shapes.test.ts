/** Metadata as the documentation of each provider shows them, with certificates of tests. */
import { describe, expect, test } from '@jest/globals';
import { now } from '../../../../src/base/clock.js';
import { readMetadata } from '../../../../src/federation/saml/metadata/read-metadata.js';
import { samlSettings } from '../../../../src/federation/saml/settings/saml-settings.js';
import { pemOf, rsaKeys } from '../stand-in/keys.js';
import { base64Of, signedMetadata } from '../stand-in/metadata.js';
import { IDP } from '../stand-in/response.js';

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';
const DS = 'http://www.w3.org/2000/09/xmldsig#';
const SAML2 = 'urn:oasis:names:tc:SAML:2.0:protocol';
const B = 'urn:oasis:names:tc:SAML:2.0:bindings';
const one = base64Of(rsaKeys());
const other = base64Of(rsaKeys('m-other'));
/** In lines, as people and programs break them. */
const lines = pemOf(rsaKeys().certificate).split('\n').slice(1, -2).join('\n          ');

/** Entra ID and ADFS: a mark of the byte order, one signature, roles of WS-Federation first. */
const microsoft = `\uFEFF${signedMetadata(
  `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_0ded" entityID="${IDP}" xmlns="${MD}">` +
    `<RoleDescriptor xsi:type="fed:SecurityTokenServiceType" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706">` +
    `<KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${other}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
    `<fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered>` +
    `<fed:PassiveRequestorEndpoint><wsa:EndpointReference xmlns:wsa="http://www.w3.org/2005/08/addressing"><wsa:Address>https://idp.example.com/wsfed</wsa:Address></wsa:EndpointReference></fed:PassiveRequestorEndpoint></RoleDescriptor>` +
    `<IDPSSODescriptor protocolSupportEnumeration="${SAML2}"><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${one}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>` +
    `<SingleLogoutService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/slo" /><SingleSignOnService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/sso" /><SingleSignOnService Binding="${B}:HTTP-POST" Location="https://idp.example.com/sso" /></IDPSSODescriptor></EntityDescriptor>`,
)}`;

/** Shibboleth: comments, keys without a use, the protocols of SAML 1 first, a back channel. */
const shibboleth = `<?xml version="1.0" encoding="UTF-8"?>
<!-- This is example metadata only. Do *NOT* supply it as is without review. -->
<EntityDescriptor xmlns="${MD}" xmlns:ds="${DS}" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" xmlns:xml="http://www.w3.org/XML/1998/namespace" xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" validUntil="2099-01-01T00:00:00.000Z" entityID="${IDP}">
  <IDPSSODescriptor protocolSupportEnumeration="${SAML2} urn:oasis:names:tc:SAML:1.1:protocol urn:mace:shibboleth:1.0">
    <Extensions><shibmd:Scope regexp="false">example.org</shibmd:Scope>
      <!-- Fill in the details for your IdP here
      <mdui:UIInfo><mdui:DisplayName xml:lang="en">A Name for the IdP</mdui:DisplayName></mdui:UIInfo> -->
    </Extensions>
    <!-- First signing certificate is BackChannel, the Second is FrontChannel -->
    <KeyDescriptor>
      <ds:KeyInfo>
        <ds:X509Data>
          <ds:X509Certificate>
          ${lines}
          </ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </KeyDescriptor>
    <KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${other}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>
    <ArtifactResolutionService Binding="${B}:SOAP" Location="https://idp.example.com:8443/soap" index="1"/>
    <SingleLogoutService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/slo"/>
    <SingleLogoutService Binding="${B}:SOAP" Location="https://idp.example.com:8443/slo"/>
    <NameIDFormat>urn:mace:shibboleth:1.0:nameIdentifier</NameIDFormat>
    <SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://idp.example.com/shib"/>
    <SingleSignOnService Binding="${B}:HTTP-POST" Location="https://idp.example.com/sso"/>
    <SingleSignOnService Binding="${B}:HTTP-POST-SimpleSign" Location="https://idp.example.com/simple"/>
    <SingleSignOnService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/sso"/>
  </IDPSSODescriptor>
  <AttributeAuthorityDescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"><AttributeService Binding="urn:oasis:names:tc:SAML:1.0:bindings:SOAP-binding" Location="https://idp.example.com:8443/attributes"/></AttributeAuthorityDescriptor>
</EntityDescriptor>`;

/** Google: no logout, a date. */
const google = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<md:EntityDescriptor xmlns:md="${MD}" entityID="${IDP}" validUntil="2099-11-20T10:00:00.000Z">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${SAML2}">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${DS}"><ds:X509Data><ds:X509Certificate>${lines}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:SingleSignOnService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/sso"/>
    <md:SingleSignOnService Binding="${B}:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;

/** Keycloak: each key with its name, the namespace with and without a prefix. */
const keycloak = `<md:EntityDescriptor xmlns="${MD}" xmlns:md="${MD}" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="${DS}" entityID="${IDP}"><md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="${SAML2}"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>J0py945y_AHlPN3YOhD0rJfHOsGdZlxCl_jCydZINvs</ds:KeyName><ds:X509Data><ds:X509Certificate>${one}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:ArtifactResolutionService Binding="${B}:SOAP" Location="https://idp.example.com/resolve" index="0"/><md:SingleLogoutService Binding="${B}:HTTP-POST" Location="https://idp.example.com/slo"/><md:SingleLogoutService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/slo"/><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat><md:SingleSignOnService Binding="${B}:HTTP-POST" Location="https://idp.example.com/sso"/><md:SingleSignOnService Binding="${B}:HTTP-Redirect" Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`;

describe.each([
  ['Entra ID and ADFS', microsoft, 'https://idp.example.com/slo'],
  ['Shibboleth', shibboleth, 'https://idp.example.com/slo'],
  ['Google', google, undefined],
  ['Keycloak', keycloak, 'https://idp.example.com/slo'],
])('metadata of %s', (_, xml, slo) => {
  test('are read, from an address and from a file', () => {
    const { signIn, signOut, certificates } = readMetadata(xml, { entityId: IDP, at: now() });
    expect([signIn.redirect?.url, signIn.post?.url]).toEqual(Array(2).fill('https://idp.example.com/sso'));
    expect(signOut.redirect?.url).toBe(slo);
    expect(certificates.map(({ subject }) => subject)).toEqual(['CN=idp']);
    expect(samlSettings.safeParse({ connection: { idpEntityId: IDP, metadataXml: xml } }).success).toBe(true);
  });
});

test('a signature is found behind a mark of the byte order', () => {
  const signedBy = rsaKeys('federation').publicKey;
  expect(readMetadata(microsoft, { entityId: IDP, at: now(), signedBy }).certificates).toHaveLength(1);
});
