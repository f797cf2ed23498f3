-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---What KnetikCloud sends and takes, in its own spelling. A string that is not listed passes as
---well, both ways, and so does a field of a response. A call raises an error for a field that its
---body's model does not list, unless that is open ([string]) or the option `extra` names the field.
---Of what comes back, tables of tables are not said to be nil, so that they
---can be read without a check; where the service leaves one out, it is nil all the same.

---@class roster.knetik.AudioGroupProperty: roster.knetik.ModelProperty
---@field files? roster.knetik.FileProperty[]
---@field type string

---@class roster.knetik.AudioGroupPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_count? integer
---@field max_file_size? integer
---@field max_length? integer
---@field min_count? integer
---@field min_length? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.AudioProperty: roster.knetik.ModelProperty
---@field crc? string
---@field description? string
---@field file_type? string
---@field type string
---@field url? string

---@class roster.knetik.AudioPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_length? integer
---@field min_length? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.BooleanProperty: roster.knetik.ModelProperty
---@field type string
---@field value? boolean

---@class roster.knetik.BooleanPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.DateProperty: roster.knetik.ModelProperty
---@field type string
---@field value? integer

---@class roster.knetik.DatePropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max? integer
---@field min? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.DoubleProperty: roster.knetik.ModelProperty
---@field type string
---@field value? number

---@class roster.knetik.DoublePropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max? number
---@field min? number
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.ErrorResource
---@field details? table<string, any>
---@field field? table<string, any>
---@field message? string set by the service

---@class roster.knetik.FileGroupProperty: roster.knetik.ModelProperty
---@field files? roster.knetik.FileProperty[]
---@field type string

---@class roster.knetik.FileGroupPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_count? integer
---@field max_file_size? integer
---@field min_count? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.FileProperty: roster.knetik.ModelProperty
---@field crc? string
---@field description? string
---@field file_type? string
---@field type string
---@field url? string

---@class roster.knetik.FilePropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_file_size? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.FormattedTextProperty: roster.knetik.ModelProperty
---@field type string
---@field value? string

---@class roster.knetik.FormattedTextPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max_length? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.ImageGroupProperty: roster.knetik.ModelProperty
---@field files? roster.knetik.FileProperty[]
---@field type string

---@class roster.knetik.ImageGroupPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_count? integer
---@field max_file_size? integer
---@field max_height? integer
---@field max_width? integer
---@field min_count? integer
---@field min_height? integer
---@field min_width? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.ImageProperty: roster.knetik.ModelProperty
---@field crc? string
---@field description? string
---@field file_type? string
---@field type string
---@field url? string

---@class roster.knetik.ImagePropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_height? integer
---@field max_width? integer
---@field min_height? integer
---@field min_width? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.IntegerProperty: roster.knetik.ModelProperty
---@field type string
---@field value? integer

---@class roster.knetik.IntegerPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max? integer
---@field min? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.ListProperty: roster.knetik.ModelProperty
---@field type string
---@field values roster.knetik.ModelProperty.Kind[]

---@class roster.knetik.ListPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max_count? integer
---@field min_count? integer
---@field name string
---@field required boolean
---@field type string
---@field value_definition? roster.knetik.PropertyDefinitionResource.Kind

---@class roster.knetik.LongProperty: roster.knetik.ModelProperty
---@field type string
---@field value? integer

---@class roster.knetik.LongPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max? integer
---@field min? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.MapProperty: roster.knetik.ModelProperty
---@field map table<string, roster.knetik.ModelProperty.Kind>
---@field type string

---@class roster.knetik.MapPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field allow_additional? boolean
---@field field_list? roster.knetik.PropertyFieldListResource
---@field name string
---@field properties? roster.knetik.PropertyDefinitionResource.Kind[]
---@field required boolean
---@field type string

---@class roster.knetik.ModelProperty
---@field type string

---What `type` says it is.
---@alias roster.knetik.ModelProperty.Kind roster.knetik.ModelProperty
---| roster.knetik.AudioProperty
---| roster.knetik.AudioGroupProperty
---| roster.knetik.BooleanProperty
---| roster.knetik.DateProperty
---| roster.knetik.DoubleProperty
---| roster.knetik.FileProperty
---| roster.knetik.FileGroupProperty
---| roster.knetik.FormattedTextProperty
---| roster.knetik.ImageProperty
---| roster.knetik.ImageGroupProperty
---| roster.knetik.IntegerProperty
---| roster.knetik.ListProperty
---| roster.knetik.LongProperty
---| roster.knetik.MapProperty
---| roster.knetik.TextProperty
---| roster.knetik.VideoProperty
---| roster.knetik.VideoGroupProperty

---@class roster.knetik.NewPasswordRequest
---@field password string never printed
---@field secret string never printed

---@class roster.knetik.OAuth2Resource
---@field access_token? string set by the service; never printed
---@field expires_in? string set by the service
---@field refresh_token? string set by the service; never printed
---@field scope? string set by the service
---@field token_type? string set by the service

---@alias roster.knetik.Order.direction string
---| "ASC"
---| "DESC"

---@alias roster.knetik.Order.null_handling string
---| "NATIVE"
---| "NULLS_FIRST"
---| "NULLS_LAST"

---@class roster.knetik.Order
---@field ascending? boolean
---@field descending? boolean
---@field direction? roster.knetik.Order.direction
---@field ignore_case? boolean
---@field null_handling? roster.knetik.Order.null_handling
---@field property? string

---@class roster.knetik.PageResourceTemplateResource
---@field content? roster.knetik.TemplateResource[]
---@field first? boolean
---@field last? boolean
---@field number? integer
---@field number_of_elements? integer
---@field size? integer
---@field sort? roster.knetik.Order[]
---@field total_elements? integer
---@field total_pages? integer

---@class roster.knetik.PageResourceUserBaseResource
---@field content? roster.knetik.UserBaseResource[]
---@field first? boolean
---@field last? boolean
---@field number? integer
---@field number_of_elements? integer
---@field size? integer
---@field sort? roster.knetik.Order[]
---@field total_elements? integer
---@field total_pages? integer

---@class roster.knetik.PasswordResetRequest
---@field email? string
---@field mobile_number? string
---@field username? string

---@class roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field name string
---@field required boolean
---@field type string

---What `type` says it is.
---@alias roster.knetik.PropertyDefinitionResource.Kind roster.knetik.PropertyDefinitionResource
---| roster.knetik.AudioPropertyDefinitionResource
---| roster.knetik.AudioGroupPropertyDefinitionResource
---| roster.knetik.BooleanPropertyDefinitionResource
---| roster.knetik.DatePropertyDefinitionResource
---| roster.knetik.DoublePropertyDefinitionResource
---| roster.knetik.FilePropertyDefinitionResource
---| roster.knetik.FileGroupPropertyDefinitionResource
---| roster.knetik.FormattedTextPropertyDefinitionResource
---| roster.knetik.ImagePropertyDefinitionResource
---| roster.knetik.ImageGroupPropertyDefinitionResource
---| roster.knetik.IntegerPropertyDefinitionResource
---| roster.knetik.ListPropertyDefinitionResource
---| roster.knetik.LongPropertyDefinitionResource
---| roster.knetik.MapPropertyDefinitionResource
---| roster.knetik.TextPropertyDefinitionResource
---| roster.knetik.VideoPropertyDefinitionResource
---| roster.knetik.VideoGroupPropertyDefinitionResource

---@class roster.knetik.PropertyFieldListResource
---@field property_definition_fields? roster.knetik.PropertyFieldResource[]
---@field property_fields? roster.knetik.PropertyFieldResource[]
---@field property_type? string

---@alias roster.knetik.PropertyFieldResource.inner_type string
---| "integer"
---| "number"
---| "bool"
---| "string"
---| "enumeration"
---| "list"
---| "object"
---| "definition"

---@alias roster.knetik.PropertyFieldResource.type string
---| "integer"
---| "number"
---| "bool"
---| "string"
---| "enumeration"
---| "list"
---| "object"
---| "definition"

---@class roster.knetik.PropertyFieldResource
---@field description? string
---@field inner_type? roster.knetik.PropertyFieldResource.inner_type
---@field inner_type_fields? roster.knetik.PropertyFieldResource[]
---@field name? string
---@field required? boolean
---@field type? roster.knetik.PropertyFieldResource.type
---@field valid_values? string[]

---@class roster.knetik.Result
---@field code? integer set by the service
---@field request_id? string set by the service
---@field result? roster.knetik.ErrorResource[]

---@class roster.knetik.StringWrapper
---@field value? string never printed

---@class roster.knetik.TemplateResource
---@field allow_additional? boolean
---@field created_date? integer set by the service
---@field id? string set by the service
---@field name string
---@field properties? roster.knetik.PropertyDefinitionResource.Kind[]
---@field updated_date? integer set by the service

---@class roster.knetik.TextProperty: roster.knetik.ModelProperty
---@field type string
---@field value? string

---@class roster.knetik.TextPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field max_length? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.TokenDetailsResource
---@field client_id? string
---@field roles? string[]
---@field user_id? integer

---@class roster.knetik.UserBaseResource
---@field avatar_url? string
---@field display_name? string
---@field email string
---@field fullname? string
---@field id? integer set by the service
---@field last_activity? integer set by the service
---@field last_updated? integer set by the service
---@field member_since? integer set by the service
---@field username string

---@class roster.knetik.UserRelationshipReferenceResource
---@field avatar_url? string set by the service
---@field context? string
---@field display_name? string set by the service
---@field id integer
---@field relationship_id? integer
---@field username? string set by the service

---`UserResource` as it is sent.
---@class roster.knetik.UserResource.Body
---@field additional_properties? table<string, roster.knetik.ModelProperty.Kind>
---@field address? string
---@field address2? string
---@field avatar_url? string
---@field children? roster.knetik.UserRelationshipReferenceResource[] set by the service
---@field city? string
---@field country_code? string
---@field currency_code? string
---@field date_of_birth? integer
---@field description? string
---@field display_name? string
---@field email string
---@field first_name? string
---@field fullname? string
---@field gender? string
---@field id? integer set by the service
---@field language_code? string
---@field last_activity? integer set by the service
---@field last_name? string
---@field last_updated? integer set by the service
---@field member_since? integer set by the service
---@field mobile_number? string
---@field parents? roster.knetik.UserRelationshipReferenceResource[] set by the service
---@field password? string never printed
---@field postal_code? string
---@field state? string
---@field tags? string[]
---@field template? string roster.null clears it
---@field timezone_code? string
---@field username string

---@class roster.knetik.UserResource: roster.knetik.UserResource.Body
---@field additional_properties table<string, roster.knetik.ModelProperty.Kind>
---@field address? string
---@field address2? string
---@field avatar_url? string
---@field children? roster.knetik.UserRelationshipReferenceResource[] set by the service
---@field city? string
---@field country_code? string
---@field currency_code? string
---@field date_of_birth? integer
---@field description? string
---@field display_name? string
---@field email string
---@field first_name? string
---@field fullname? string
---@field gender? string
---@field id? integer set by the service
---@field language_code? string
---@field last_activity? integer set by the service
---@field last_name? string
---@field last_updated? integer set by the service
---@field member_since? integer set by the service
---@field mobile_number? string
---@field parents? roster.knetik.UserRelationshipReferenceResource[] set by the service
---@field password? string never printed
---@field postal_code? string
---@field state? string
---@field tags? string[]
---@field template? string roster.null clears it
---@field timezone_code? string
---@field username string

---@class roster.knetik.VideoGroupProperty: roster.knetik.ModelProperty
---@field files? roster.knetik.FileProperty[]
---@field type string

---@class roster.knetik.VideoGroupPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_count? integer
---@field max_file_size? integer
---@field max_height? integer
---@field max_length? integer
---@field max_width? integer
---@field min_count? integer
---@field min_height? integer
---@field min_length? integer
---@field min_width? integer
---@field name string
---@field required boolean
---@field type string

---@class roster.knetik.VideoProperty: roster.knetik.ModelProperty
---@field crc? string
---@field description? string
---@field file_type? string
---@field type string
---@field url? string

---@class roster.knetik.VideoPropertyDefinitionResource: roster.knetik.PropertyDefinitionResource
---@field field_list? roster.knetik.PropertyFieldListResource
---@field file_type? string
---@field max_height? integer
---@field max_length? integer
---@field max_width? integer
---@field min_height? integer
---@field min_length? integer
---@field min_width? integer
---@field name string
---@field required boolean
---@field type string
