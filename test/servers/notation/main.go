// Notation signs and verifies artifacts with the library of the Notary Project's own command line.
//
//	notation sign jws|cose REFERENCE KEY CHAIN [EXPIRY]
//	notation verify REFERENCE POLICY CERTIFICATE
package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/notaryproject/notation-go"
	"github.com/notaryproject/notation-go/registry"
	"github.com/notaryproject/notation-go/signer"
	"github.com/notaryproject/notation-go/verifier"
	"github.com/notaryproject/notation-go/verifier/trustpolicy"
	"github.com/notaryproject/notation-go/verifier/truststore"
	"oras.land/oras-go/v2/registry/remote"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) >= 5 && args[0] == "sign":
		return sign(ctx, args[1], args[2], args[3:])
	case len(args) == 4 && args[0] == "verify":
		return verify(ctx, args[1], args[2], args[3])
	default:
		return fmt.Errorf("usage: notation sign jws|cose REFERENCE KEY CHAIN [EXPIRY] | verify REFERENCE POLICY CERTIFICATE")
	}
}

func repositoryOf(reference string) (registry.Repository, error) {
	repository, err := remote.NewRepository(reference)
	if err != nil {
		return nil, err
	}
	repository.PlainHTTP = true
	return registry.NewRepository(repository), nil
}

func sign(ctx context.Context, format, reference string, rest []string) error {
	repository, err := repositoryOf(reference)
	if err != nil {
		return err
	}
	local, err := signer.NewGenericSignerFromFiles(rest[0], rest[1])
	if err != nil {
		return err
	}
	mediaType := "application/jose+json"
	if format == "cose" {
		mediaType = "application/cose"
	}
	options := notation.SignOptions{
		SignerSignOptions: notation.SignerSignOptions{SignatureMediaType: mediaType, SigningAgent: "test"},
		ArtifactReference: reference,
	}
	if len(rest) > 2 {
		if options.ExpiryDuration, err = time.ParseDuration(rest[2]); err != nil {
			return err
		}
	}
	_, err = notation.Sign(ctx, local, repository, options)
	return err
}

type store []*x509.Certificate

func (s store) GetCertificates(context.Context, truststore.Type, string) ([]*x509.Certificate, error) {
	return s, nil
}

func verify(ctx context.Context, reference, policyFile, certificateFile string) error {
	repository, err := repositoryOf(reference)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(policyFile)
	if err != nil {
		return err
	}
	var policy trustpolicy.Document
	if err := json.Unmarshal(text, &policy); err != nil {
		return err
	}
	content, err := os.ReadFile(certificateFile)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return fmt.Errorf("%s is no PEM", certificateFile)
	}
	certificates, err := x509.ParseCertificates(block.Bytes)
	if err != nil {
		return err
	}
	v, err := verifier.New(&policy, store(certificates), nil)
	if err != nil {
		return err
	}
	_, outcomes, err := notation.Verify(ctx, v, repository, notation.VerifyOptions{ArtifactReference: reference, MaxSignatureAttempts: 3})
	if err != nil {
		return err
	}
	fmt.Println(outcomes[0].VerificationLevel.Name)
	return nil
}
